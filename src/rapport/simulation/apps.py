from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "rapport.simulation"
    label = "simulation"
