"""Names of people from many places, as they are heard in a British town. Invented combinations."""

FIRST: dict[str, tuple[str, ...]] = {
    "british": tuple(
        "Oliver Amelia Harry Isla George Ava Jack Emily Noah Sophie Thomas Grace Alfie Freya Arthur Poppy "  # noqa: SIM905
        "Edward Alice Rhys Cerys Hamish Eilidh Callum Morag Gareth Bronwen Stuart Fiona Keith Maureen "
        "Derek Sheila Graham Pauline Trevor Hazel Lily Archie Florence Oscar Daisy Henry Matilda Theo Rosie Leo "
        "Martha Finlay Imogen Angus Flora Ewan Catriona Dylan Ffion Owen Nia Geoffrey Doris Stanley Edna Norman "
        "Brenda Clive Judith Nigel Gillian Howard Lesley Barry Linda Neil Tracey Darren Karen Gary Joanne Lewis "
        "Bethany Connor Chloe Ryan Megan Luke Hannah Adam Rebecca Daniel Charlotte Samuel Eleanor".split()
    ),
    "irish": tuple("Cian Aoife Oisin Niamh Declan Siobhan Eoin Ciara Brendan Orla Fergal Maeve".split()),  # noqa: SIM905
    "nigerian": tuple(
        "Amina Chidi Ngozi Emeka Folake Tunde Adaeze Ifeanyi Yetunde Segun Zainab Obinna".split()  # noqa: SIM905
    ),
    "ghanaian": tuple("Kwame Akosua Kofi Abena Yaw Efua Kojo Adwoa Kwesi Ama".split()),  # noqa: SIM905
    "indian": tuple(
        "Priya Arjun Ananya Rohan Kavita Sanjay Meera Vikram Lakshmi Rahul Divya Harpreet Gurdeep Simran".split()  # noqa: SIM905
    ),
    "pakistani": tuple(
        "Ayesha Imran Fatima Bilal Sana Usman Nadia Tariq Hina Faisal Rukhsana Hamza".split()  # noqa: SIM905
    ),
    "bangladeshi": tuple("Nasreen Rafiq Shirin Kamal Taslima Jahangir Farhana Anwar".split()),  # noqa: SIM905
    "polish": tuple(
        "Agnieszka Piotr Katarzyna Tomasz Magdalena Marek Joanna Krzysztof Ewa Pawel Zofia Jakub".split()  # noqa: SIM905
    ),
    "romanian": tuple("Andrei Ioana Mihai Elena Bogdan Raluca Cristian Simona".split()),  # noqa: SIM905
    "ukrainian": tuple("Oksana Dmytro Iryna Taras Olena Bohdan Halyna Vasyl".split()),  # noqa: SIM905
    "chinese": tuple("Wei Mei Jun Xiu Hao Ling Ming Yan Jie Lan Siu-Ming Ka-Yan".split()),  # noqa: SIM905
    "caribbean": tuple("Winston Marcia Delroy Yvonne Leroy Beverley Errol Sonia Desmond Claudette".split()),  # noqa: SIM905
    "turkish": tuple("Emre Elif Mehmet Zeynep Murat Ayse Cem Defne".split()),  # noqa: SIM905
    "arabic": tuple("Omar Layla Yusuf Mariam Khalid Huda Samir Rania Karim Salma".split()),  # noqa: SIM905
    "portuguese": tuple("Joao Ines Tiago Beatriz Rui Catarina Nuno Marta".split()),  # noqa: SIM905
    "italian": tuple("Giulia Marco Chiara Lorenzo Francesca Matteo Paola Davide".split()),  # noqa: SIM905
    "vietnamese": tuple("Linh Minh Thao Duc Huong Quang Trang Nam".split()),  # noqa: SIM905
    "somali": tuple("Abdi Hodan Mohamud Ifrah Yasin Sagal Liban Asha".split()),  # noqa: SIM905
}

LAST: dict[str, tuple[str, ...]] = {
    "british": tuple(
        "Hartley Ashworth Pemberton Whitaker Sutcliffe Barraclough Holroyd Murgatroyd Fairfax Lockwood Thackray "  # noqa: SIM905
        "Metcalfe Bickerdike Armitage Greenwood Illingworth MacLeod Drummond Sinclair Kerr Llewellyn Pritchard "
        "Bevan Gwynne Penrose Trelawney Cotterell Wickham Daubney Loveday Marsh Fletcher Ackroyd Barker Crossley "
        "Dewhurst Entwistle Fawcett Garside Hebblethwaite Ingham Jagger Kershaw Lister Midgley Naylor Oldroyd "
        "Priestley Ramsden Shackleton Tordoff Uttley Varley Wadsworth Yeadon Atkinson Birkett Coates Dixon Elliott "
        "Forster Graham Hodgson Irving Jefferson Kirkby Lamb Mason Nicholson Ogle Proctor Ridley Stephenson Tate "
        "Usher Vickers Wardle Arundell Boscawen Carew Davey Edgcumbe Fortescue Grenville Hosking Jago Kitto "
        "Luscombe Menhenick Nance Opie Pascoe Retallack Spargo Tregenza Uren Vyvyan Angove".split()
    ),
    "irish": tuple("Gallagher Kavanagh Brannigan Quinlan Devlin Sweeney Cassidy Mulcahy Heffernan".split()),  # noqa: SIM905
    "nigerian": tuple("Okafor Adeyemi Eze Balogun Okonkwo Bello Nwosu Adebayo Abubakar Ogunleye".split()),  # noqa: SIM905
    "ghanaian": tuple("Mensah Owusu Boateng Asante Agyeman Osei Appiah Amoah".split()),  # noqa: SIM905
    "indian": tuple("Sharma Patel Iyer Kapoor Nair Reddy Chatterjee Desai Gill Sandhu Mistry Menon".split()),  # noqa: SIM905
    "pakistani": tuple("Hussain Malik Qureshi Chaudhry Siddiqui Mirza Akhtar Rashid".split()),  # noqa: SIM905
    "bangladeshi": tuple("Rahman Chowdhury Miah Begum Uddin Islam Khatun Hoque".split()),  # noqa: SIM905
    "polish": tuple("Kowalska Nowak Wisniewski Zielinska Mazur Kaczmarek Wojcik Lewandowski".split()),  # noqa: SIM905
    "romanian": tuple("Popescu Ionescu Dumitru Stan Marin Radu Constantin".split()),  # noqa: SIM905
    "ukrainian": tuple("Shevchenko Kovalenko Bondarenko Melnyk Tkachenko Kravets Lysenko".split()),  # noqa: SIM905
    "chinese": tuple("Chen Wong Zhang Lau Huang Chan Liu Cheung Zhao Ng".split()),  # noqa: SIM905
    "caribbean": tuple("Campbell Grant Braithwaite Clarke Gordon Samuels Francis Morrison".split()),  # noqa: SIM905
    "turkish": tuple("Yilmaz Demir Kaya Arslan Aydin Ozturk Celik".split()),  # noqa: SIM905
    "arabic": tuple("Haddad Mansour Khoury Nasser Farouk Saleh Aziz Hamdan".split()),  # noqa: SIM905
    "portuguese": tuple("Ferreira Carvalho Almeida Teixeira Nogueira Pinto Moreira".split()),  # noqa: SIM905
    "italian": tuple("Rinaldi Moretti Conti Greco Lombardi Ferrara Bassi".split()),  # noqa: SIM905
    "vietnamese": tuple("Nguyen Tran Pham Hoang Vu Dang Bui".split()),  # noqa: SIM905
    "somali": tuple("Warsame Farah Abdullahi Jama Osman Yusuf Hersi".split()),  # noqa: SIM905
}

ORIGINS = tuple(FIRST)
ORIGIN_SHARES = (
    0.42,
    0.05,
    0.05,
    0.03,
    0.08,
    0.06,
    0.03,
    0.06,
    0.03,
    0.03,
    0.03,
    0.03,
    0.02,
    0.03,
    0.01,
    0.01,
    0.01,
    0.02,
)

STREETS = tuple(
    f"{name} {kind}"
    for kind in ("Street", "Road", "Lane", "Terrace", "Avenue", "Close")
    for name in (
        "Mill", "Chapel", "Orchard", "Station", "Quarry", "Canal", "Priory", "Beech", "Weaver", "Meadow",
        "Victoria", "Albert", "Sycamore", "Bridge", "Cross", "Kiln", "Foundry", "Vicarage", "Moorside", "Springfield",
    )
)  # fmt: skip

MAIL_HOSTS = ("postbox.example", "lettermail.example", "inbox.example", "homemail.example", "mailbag.example")
"""Under .example (RFC 2606): no message could ever reach anybody."""

FAVOURITES = (
    "hill walking",
    "trail running",
    "cycling",
    "camping",
    "wild swimming",
    "climbing",
    "birdwatching",
    "gardening",
)
MANNERS = (
    "likes to be told early",
    "prefers a call in the evening",
    "wants short answers",
    "prefers chat",
    "likes to talk it through",
    "hard of hearing, please write",
    "shares the account with the family",
)

ORGANISATION_FORMS = (
    ("{town} Ramblers", "club"),
    ("{town} Harriers", "club"),
    ("{street} Primary School", "school"),
    ("{town} Scout Group", "club"),
    ("{last} & Sons Surveyors", "firm"),
    ("{last} Landscapes", "firm"),
    ("{town} Mountain Rescue", "charity"),
    ("{street} Health Centre", "clinic"),
    ("{last} Architects", "firm"),
    ("{town} Youth Trust", "charity"),
)
