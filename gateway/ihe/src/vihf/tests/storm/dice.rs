//! Reproducible chance.

/// A small generator (splitmix64), seeded by a class of variants and a number.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(class: &str, number: u64) -> Self {
        let seed =
            class.bytes().fold(number, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound).expect("small")).expect("small")
    }

    pub(super) fn of<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }

    pub(super) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    /// A position right after a `>`, the last one excepted: between nodes of a text that is XML.
    pub(super) fn gap(&mut self, text: &str) -> usize {
        let gaps: Vec<usize> =
            text.match_indices('>').map(|(at, _)| at + 1).filter(|at| *at < text.len()).collect();
        *self.of(&gaps)
    }

    /// A start tag, as the position of its `<`.
    pub(super) fn tag(&mut self, text: &str) -> usize {
        let starts: Vec<usize> = text
            .match_indices('<')
            .map(|(at, _)| at)
            .filter(|at| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()))
            .collect();
        *self.of(&starts)
    }
}

/// A count from the environment, else the usual one.
pub(super) fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
