"""x"""


def draw() -> None:
    pass
