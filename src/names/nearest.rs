//! What somebody may have meant.

/// Up to three of the candidates that are nearest to a name, each in backquotes, best first; none that is far off.
///
/// Two names are near when few letters have to be added, removed, replaced or swapped, or when only their folders or
/// packages differ.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let name = name.trim_end_matches(".proto");
    let wanted = last_part(name);
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    // Two names of one letter or two would always be near: in those, case alone may differ.
    let is_short = |part: &str| part.chars().count() <= 2;
    let steps = |from: &str, to: &str| match is_short(from) && is_short(to) {
        true => distance(from, to, 0),
        false => distance(from, to, most),
    };
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let bare = candidate.trim_end_matches(".proto");
            let whole = steps(name, bare);
            let last = steps(wanted, last_part(bare)).map(|steps| steps + 1);
            whole
                .into_iter()
                .chain(last)
                .min()
                .map(|steps| (steps, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(3);
    near.into_iter()
        .map(|(_, candidate)| format!("`{candidate}`"))
        .collect()
}

/// What follows the last folder or package.
fn last_part(name: &str) -> &str {
    name.rsplit(['/', '.']).next().unwrap_or(name)
}

/// How many steps lead from one to the other, case being half forgotten; None beyond the limit.
fn distance(from: &str, to: &str, limit: usize) -> Option<usize> {
    if from.eq_ignore_ascii_case(to) {
        return Some(usize::from(from != to));
    }
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    if from.len().abs_diff(to.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut steps = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                steps = steps.min(before_last[j - 1] + 1);
            }
            row.push(steps);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|steps| *steps <= limit)
}
