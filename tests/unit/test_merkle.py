"""The tree against RFC 6962's definition and the vectors shared by Certificate Transparency implementations."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.audit import merkle

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",  # pragma: allowlist secret
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",  # pragma: allowlist secret
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",  # pragma: allowlist secret
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",  # pragma: allowlist secret
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",  # pragma: allowlist secret
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",  # pragma: allowlist secret
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",  # pragma: allowlist secret
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",  # pragma: allowlist secret
]
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(70)]
OTHER = merkle.leaf_hash(b"other")


def test_the_known_roots() -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES]
    assert merkle.root_of([]) == merkle.EMPTY
    assert [merkle.root_of(leaves[: size + 1]).hex() for size in range(len(leaves))] == ROOTS


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_tree_that_grew_is_the_tree_made_at_once(first: int, more: int) -> None:
    grown = merkle.Frontier().grown(LEAVES[:first]).grown(LEAVES[first : first + more])
    assert grown == merkle.Frontier().grown(LEAVES[: first + more])
    assert grown.size == min(70, first + more)


def test_every_entry_is_shown_to_be_in_every_tree_and_in_no_other_place() -> None:
    for size in range(1, 20):
        root = merkle.root_of(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(LEAVES[:size], index)
            assert merkle.is_included(LEAVES[index], index, size, proof, root)
            assert not merkle.is_included(OTHER, index, size, proof, root)
            assert not merkle.is_included(LEAVES[index], index + 1, size, proof, root)
            assert not merkle.is_included(LEAVES[index], index, size, [*proof, OTHER], root)
            assert not proof or not merkle.is_included(LEAVES[index], index, size, proof[:-1], root)


def test_every_tree_is_shown_to_be_the_beginning_of_every_later_one_and_of_no_other() -> None:
    for second in range(20):
        for first in range(second + 1):
            old, new = merkle.root_of(LEAVES[:first]), merkle.root_of(LEAVES[:second])
            proof = merkle.consistency_proof(LEAVES[:second], first)
            assert merkle.is_consistent(first, old, second, new, proof)
            if not 0 < first < second:
                continue
            changed = merkle.root_of([OTHER, *LEAVES[1:first]])
            assert not merkle.is_consistent(first, changed, second, new, proof)
            assert not merkle.is_consistent(first, old, second, OTHER, proof)
            assert not merkle.is_consistent(first, old, second, new, [*proof, OTHER])
            assert not merkle.is_consistent(first, old, second, new, proof[:-1])
    assert not merkle.is_consistent(3, merkle.root_of(LEAVES[:3]), 2, merkle.root_of(LEAVES[:2]), [])


LEAF = merkle.leaf_hash(b"entry")


def test_the_smallest_trees() -> None:
    """RFC 6962: a leaf is hashed behind a 0, a node behind a 1, and nothing at all as it is."""
    assert hashlib.sha256(b"").digest() == merkle.EMPTY
    assert merkle.leaf_hash(b"entry") == hashlib.sha256(b"\x00entry").digest()
    assert merkle.node_hash(LEAF, OTHER) == hashlib.sha256(b"\x01" + LEAF + OTHER).digest()
    assert merkle.root_of([LEAF]) == LEAF
    assert merkle.root_of([LEAF, OTHER]) == merkle.node_hash(LEAF, OTHER)


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (2, 1), (0, 0)])
def test_no_entry_lies_outside_the_tree(index: int, size: int) -> None:
    assert not merkle.is_included(LEAF, index, size, [], LEAF)


def test_a_tree_of_one_needs_no_proof_and_takes_none() -> None:
    assert merkle.inclusion_proof([LEAF], 0) == []
    assert merkle.is_included(LEAF, 0, 1, [], LEAF)
    assert not merkle.is_included(LEAF, 0, 1, [], OTHER)
    assert not merkle.is_included(LEAF, 0, 1, [OTHER], merkle.node_hash(LEAF, OTHER))
    assert not merkle.is_included(LEAF, 0, 2, [], LEAF), "a proof too short"


@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_true_root_proves_nothing_about_another_place(index: int) -> None:
    proof = merkle.inclusion_proof(LEAVES[:4], 0)
    root = merkle.root_of(LEAVES[:4])
    assert merkle.is_included(LEAVES[0], 0, 4, proof, root)
    assert not merkle.is_included(LEAVES[0], index, 4, proof, root)


def test_the_last_of_an_uneven_tree() -> None:
    """Whose siblings are all on its left, and fewer than elsewhere."""
    for size in range(2, 20):
        leaves = LEAVES[:size]
        proof = merkle.inclusion_proof(leaves, size - 1)
        assert merkle.is_included(leaves[-1], size - 1, size, proof, merkle.root_of(leaves))
        assert len(proof) == (size - 1).bit_count()


@pytest.mark.parametrize(("first", "proof"), [(0, []), (3, []), (4, []), (-1, [])])
def test_nothing_needs_proof_of_the_empty_and_of_the_same_tree(first: int, proof: list[bytes]) -> None:
    assert merkle.consistency_proof(LEAVES[:3], first) == proof


def test_equal_trees_and_the_empty_tree_take_no_proof() -> None:
    three, four = merkle.root_of(LEAVES[:3]), merkle.root_of(LEAVES[:4])
    assert merkle.is_consistent(3, three, 3, three, [])
    assert not merkle.is_consistent(3, three, 3, three, [OTHER])
    assert not merkle.is_consistent(3, three, 3, four, [])
    assert merkle.is_consistent(0, merkle.EMPTY, 4, four, [])
    assert not merkle.is_consistent(0, merkle.EMPTY, 4, four, [OTHER])
    assert not merkle.is_consistent(0, three, 4, four, [])
    assert merkle.is_consistent(0, merkle.EMPTY, 0, merkle.EMPTY, [])
    assert not merkle.is_consistent(-1, merkle.EMPTY, 4, four, [])
    assert not merkle.is_consistent(3, three, 4, four, []), "a proof is needed"


def test_how_long_a_proof_of_growth_is() -> None:
    """From a tree that is whole in the later one its own root is not repeated (RFC 6962, section 2.1.2)."""
    lengths = {(first, 7): len(merkle.consistency_proof(LEAVES[:7], first)) for first in range(1, 7)}
    assert lengths == {(1, 7): 3, (2, 7): 2, (3, 7): 4, (4, 7): 1, (5, 7): 4, (6, 7): 3}


def test_the_frontier_is_all_a_growing_tree_needs() -> None:
    grown = merkle.Frontier()
    for size in range(1, 20):
        grown = grown.grown([LEAVES[size - 1]])
        assert (grown.size, len(grown.peaks)) == (size, size.bit_count())
        assert grown.root() == merkle.root_of(LEAVES[:size])
    assert merkle.Frontier() == merkle.Frontier(0, ())


def test_a_proof_that_is_too_long_is_refused_even_if_its_hashes_add_up() -> None:
    """Whoever made the roots up could otherwise put another tree above the real one."""
    node = merkle.node_hash
    assert not merkle.is_included(LEAF, 0, 1, [OTHER], node(OTHER, LEAF))
    a, b, c, d = LEAVES[:4]
    assert merkle.is_consistent(3, node(c, a), 4, node(c, node(a, b)), [a, b, c])
    assert not merkle.is_consistent(3, node(d, node(c, a)), 4, node(d, node(c, node(a, b))), [a, b, c, d])
    assert not merkle.is_consistent(-1, a, 1, a, [a])
    assert not merkle.is_consistent(3, a, 4, node(a, b), [a, b]), "nor one that is too short"
