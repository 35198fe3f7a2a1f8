from __future__ import annotations

from mockserver.http.bodies import tree


def built(*sources: tree.Node, is_old: bool) -> object:
    root: dict[str, tree.Node] = {}
    for source in sources:
        tree.merge(root, source, is_old=is_old)
    return tree.finished(root)


def test_a_name_is_a_chain_of_objects_and_arrays() -> None:
    assert built(tree.chain(["a", "[b]", "[]"], "x", 20), is_old=True) == {"a": {"b": ["x"]}}
    assert built(tree.chain(["a", "[20]"], "x", 20), is_old=True) == {"a": ["x"]}
    assert built(tree.chain(["a", "[21]"], "x", 20), is_old=True) == {"a": {"21": "x"}}


def test_holes_count_until_all_fields_are_merged() -> None:
    array = tree.Sparse(["x"], 3)
    array.push("y")
    assert (array.length, array.as_object()) == (5, {"3": "x", "4": "y"})
    assert built({"a": array}, {"a": tree.Sparse(["z"], 1)}, is_old=False) == {"a": ["z", "x", "y"]}


def test_deep_chains_are_merged_without_recursion() -> None:
    parts = ["a"] + ["[b]"] * 50_000
    root: dict[str, tree.Node] = {}
    for last in ("[c]", "[d]"):
        tree.merge(root, tree.chain([*parts, last], "x", 20), is_old=True)
    value: object = tree.finished(root)["a"]
    for _ in range(50_000):
        assert isinstance(value, dict)
        value = value["b"]
    assert value == {"c": "x", "d": "x"}
