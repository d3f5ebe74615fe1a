"""What the made-up company sells, with prices in pence."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Product:
    """A thing or a class on sale."""

    name: str
    minor: int
    group: str


PRODUCTS: tuple[Product, ...] = (
    Product("Fell walking boots", 11900, "shoes"),
    Product("Trail running shoes", 8900, "shoes"),
    Product("Canvas shoes", 4500, "shoes"),
    Product("Merino socks, two pairs", 1850, "clothes"),
    Product("Waterproof jacket", 13500, "clothes"),
    Product("Down jacket", 15900, "clothes"),
    Product("Fleece", 5200, "clothes"),
    Product("Walking trousers", 6400, "clothes"),
    Product("Base layer", 3600, "clothes"),
    Product("Wool hat", 1900, "clothes"),
    Product("Gloves", 2400, "clothes"),
    Product("Day rucksack, 25 litres", 6900, "kit"),
    Product("Rucksack, 55 litres", 12900, "kit"),
    Product("Walking poles", 4900, "kit"),
    Product("Head torch", 3200, "kit"),
    Product("Steel flask", 2200, "kit"),
    Product("Two-person tent", 18900, "camping"),
    Product("Sleeping bag", 9900, "camping"),
    Product("Camping stove", 5900, "camping"),
    Product("Folding chair", 3900, "camping"),
    Product("Trail map, Yorkshire Dales", 1199, "books"),
    Product("Trail map, Dartmoor", 1199, "books"),
    Product("Guide to wild swimming", 1699, "books"),
    Product("Map-reading class on Saturday", 3500, "classes"),
    Product("Bike care class", 2800, "classes"),
    Product("Running group, six evenings", 4200, "classes"),
    Product("Boot re-soling", 4800, "repairs"),
    Product("Jacket re-proofing", 1800, "repairs"),
)
NAMES = [product.name for product in PRODUCTS]
MINOR = np.array([product.minor for product in PRODUCTS])
IS_SENT = np.array([product.group not in {"classes", "repairs"} for product in PRODUCTS])
ITEMS_AS_JSON = [
    f'{{"product":"{product.name}","group":"{product.group}","price_minor":{product.minor},"quantity":1}}'
    for product in PRODUCTS
]
MEMBERSHIP_MINOR = 2400
