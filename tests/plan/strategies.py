"""Random forests of links with sites that serve overlapping demand."""

from hypothesis import strategies as st


@st.composite
def case_arguments(draw: st.DrawFn, most: int = 8) -> dict:
    """Draw sites of a random forest in which every link leads to a site."""
    count = draw(st.integers(0, most))
    several = {"min_size": count, "max_size": count}
    parents = [
        draw(st.one_of(st.none(), st.integers(0, row - 1))) if row else None
        for row in range(draw(st.integers(0, count)))
    ]
    on_fibre = [None] * (count - len(parents))
    demand = draw(st.integers(1, 10))
    return {
        "kinds": draw(st.lists(st.sampled_from(["new_mast", "shared_mast"]), **several)),
        "people": draw(st.lists(st.floats(0, 1e4), min_size=demand, max_size=demand)),
        "serves": draw(st.lists(st.sets(st.integers(0, demand - 1)), **several)),
        "ends": [*range(len(parents)), *on_fibre],
        "parents": parents,
        "lengths_m": [draw(st.floats(0.1, 2e4)) for _ in parents],
        "media": [draw(st.sampled_from(["fibre_aerial", "existing"])) for _ in parents],
        "budget_vnd": draw(st.floats(0, 1e10)),
    }
