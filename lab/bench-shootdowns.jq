# TLB shootdowns, base beside queue, from lines of guest/bench. For lab/bench-shootdowns.
include "bench";

# Several rounds agree, or both ends are shown.
def counted($b): if $b.least == $b.most then $b.least else "\($b.least)-\($b.most)" end;

pairs | groups([.set, .layout, .order, .pages, .threads, .children]) | map(
  (of("base")[0]) as $b | (of("queue")[0]) as $q | $b
  | {set, layout, order, pages, tables, threads, children,
     # Each page table with something to move that another CPU has loaded, of this process and of each child.
     floor: ((if .layout == "half-there" then .tables / 2 | ceil else .tables end) * ((if .threads > 0 then 1 else 0 end) + .children)),
     base: counted($b), queue: counted($q), base_moved: $b.moved, queue_moved: $q.moved,
     base_interrupts: $b.received, queue_interrupts: $q.received,
     size: (.pages | size),
     what: (.layout + if .layout == "mthp" then " \(pow(2; .order) | size)" else "" end),
     moved: (if .set == "yardsticks" then "" elif $b.moved == .pages and $q.moved == .pages then "all"
             elif $b.moved == $q.moved then $b.moved else "\($b.moved), \($q.moved)" end)})
| if $format == "csv" then csv(["set", "layout", "order", "pages", "tables", "threads", "children", "base", "queue", "floor",
    "base_interrupts", "queue_interrupts", "base_moved", "queue_moved"])
  else markdown([["what", "memory"], ["size", "there"], ["tables", "page tables"], ["threads", "other threads"],
    ["children", "children"], ["base", "base"], ["queue", "queue"], ["floor", "floor"], ["base_interrupts", "interrupts, base"],
    ["queue_interrupts", "queue"], ["moved", "pages moved"]]) end
