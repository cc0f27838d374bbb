//! The Merkle tree over the heads of all lanes (SHA-256, leaves and nodes in domains of their own). A node
//! without a neighbour moves up as it is; the number of leaves is signed beside the root.

use std::collections::BTreeSet;

use crate::journal::sha256;

/// A tree whose leaves are added or changed, never taken away.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    levels: Vec<Vec<[u8; 32]>>,
    changed: BTreeSet<usize>,
}

impl Tree {
    /// How many leaves there are.
    pub(crate) fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// The leaf at a place.
    pub(crate) fn leaf(&self, place: usize) -> Option<[u8; 32]> {
        self.levels.first()?.get(place).copied()
    }

    /// Sets a leaf, or adds the next one; false for a place beyond.
    pub(crate) fn set(&mut self, place: usize, leaf: [u8; 32]) -> bool {
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        let set = self.levels.first_mut().is_some_and(|leaves| put(leaves, place, leaf));
        if set {
            self.changed.insert(place);
        }
        set
    }

    /// The root of what was set so far.
    pub(crate) fn root(&mut self) -> [u8; 32] {
        let mut changed = std::mem::take(&mut self.changed);
        let mut level = 0;
        while let Some(below) = self.levels.get(level).filter(|nodes| nodes.len() > 1) {
            let parents: BTreeSet<usize> = changed.iter().map(|place| place / 2).collect();
            let nodes: Vec<(usize, [u8; 32])> =
                parents.iter().filter_map(|place| Some((*place, parent(below, *place)?))).collect();
            level += 1;
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            if let Some(above) = self.levels.get_mut(level) {
                for (place, node) in nodes {
                    put(above, place, node);
                }
            }
            changed = parents;
        }
        let top = self.levels.get(level).and_then(|nodes| nodes.first());
        top.copied().unwrap_or_else(|| sha256(&[b"passerelle empty\0"]))
    }
}

/// The hash of a leaf: lane, position and link of a head.
pub(crate) fn leaf(lane: &[u8; 16], seq: i64, chain: &[u8; 32]) -> [u8; 32] {
    sha256(&[b"passerelle leaf\0", lane, &seq.to_be_bytes(), chain])
}

fn parent(below: &[[u8; 32]], place: usize) -> Option<[u8; 32]> {
    let left = below.get(place * 2)?;
    match below.get(place * 2 + 1) {
        Some(right) => Some(sha256(&[b"passerelle node\0", left, right])),
        None => Some(*left),
    }
}

fn put(nodes: &mut Vec<[u8; 32]>, place: usize, node: [u8; 32]) -> bool {
    let next = nodes.len();
    match nodes.get_mut(place) {
        Some(slot) => *slot = node,
        None if place == next => nodes.push(node),
        None => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole tree anew, level by level.
    fn plain(mut nodes: Vec<[u8; 32]>) -> [u8; 32] {
        while nodes.len() > 1 {
            nodes = nodes
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => sha256(&[b"passerelle node\0", left, right]),
                    _ => pair[0],
                })
                .collect();
        }
        nodes[0]
    }

    #[test]
    fn a_tree_that_grows_and_changes_has_the_root_of_one_made_anew() {
        let mut tree = Tree::default();
        let mut leaves: Vec<[u8; 32]> = Vec::new();
        for step in 0..40_u8 {
            let next = leaves.len();
            for (place, value) in [(usize::from(step) * 7 % (next + 1), step), (next, 100 + step)] {
                let leaf = leaf(&[value; 16], 1, &[value; 32]);
                assert!(tree.set(place, leaf));
                put(&mut leaves, place, leaf);
            }
            assert_eq!(tree.root(), plain(leaves.clone()), "step {step}");
            assert_eq!(tree.len(), leaves.len());
        }
        assert!(!tree.set(1000, [0; 32]), "no leaf stands alone beyond the last");
    }

    #[test]
    fn a_node_is_no_leaf() {
        let mut two = Tree::default();
        two.set(0, leaf(&[1; 16], 1, &[1; 32]));
        let lone = two.root();
        two.set(1, leaf(&[2; 16], 1, &[2; 32]));
        assert_ne!(lone, two.root());
    }
}
