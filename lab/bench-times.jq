# Times, base beside queue, from lines of guest/bench. For lab/bench-times.
include "bench";

# What the threads got done while the pages moved, of what they do undisturbed in the same time.
def pace: .passes / .to_device_ns / (.quiet_passes / .quiet_ns);

def summary($variant): of($variant)
  | {"\($variant)_rounds": length}
  + ([("to_device_ns", "back_ns", "stall_ns", "quiet_stall_ns") as $key | map(.[$key])
      | {"\($variant)_\($key)": median, "\($variant)_\($key)_p10": percentile(10), "\($variant)_\($key)_p90": percentile(90),
         "\($variant)_\($key)_max": max}] | add)
  + {"\($variant)_pace": (if all(.[]; .quiet_passes > 0) then map(pace) | median * 10000 | round / 10000 else "-" end)};

# The ratio of each pair of boots.
def spread($key): group_by(.boot) | map(ratio(of("queue") | map(.[$key]) | median; of("base") | map(.[$key]) | median)) | [min, max];

# Nanoseconds as milliseconds, to three digits.
def ms: . / 1000000 | if . >= 100 then round elif . >= 10 then . * 10 | round / 10 elif . >= 1 then . * 100 | round / 100
  else . * 1000 | round / 1000 end;

pairs | groups([.kind, .threads, .pages]) | map(
  (.[0] | {kind, threads, pages}) + summary("base") + summary("queue")
  + ([("to_device", "back", "stall") as $k | "\($k)_ns" as $key | spread($key) as [$least, $most]
      | {"\($k)_ratio": ratio(of("queue") | map(.[$key]) | median; of("base") | map(.[$key]) | median),
         "\($k)_ratio_least": $least, "\($k)_ratio_most": $most}] | add)
  | . as $row
  | . + {others: (if .threads == 0 then "none" else "\(.threads) \(.kind)" end), size: (.pages | size)}
  + ([("base", "queue") as $v | ("to_device", "back", "stall") as $k
      | {"\($v)_\($k)": "\($row["\($v)_\($k)_ns"] | ms) / \($row["\($v)_\($k)_ns_p90"] | ms)"}] | add)
  + ([("to_device", "back", "stall") as $k
      | {"\($k)_ratios": "\($row["\($k)_ratio"]) (\($row["\($k)_ratio_least"])-\($row["\($k)_ratio_most"]))"}] | add)
  # Where nobody runs, nobody stalls.
  | if .threads == 0 or .kind == "idle" then . + {base_stall: "", queue_stall: "", stall_ratios: "", base_pace: "", queue_pace: ""} else . end)
| if $format == "csv" then csv(["kind", "threads", "pages", "base_rounds", "queue_rounds"]
    + [("to_device", "back", "stall", "quiet_stall") as $k | ("", "_p10", "_p90", "_max") as $p | ("base", "queue") as $v | "\($v)_\($k)_ns\($p)"]
    + ["base_pace", "queue_pace"] + [("to_device", "back", "stall") as $k | ("", "_least", "_most") as $p | "\($k)_ratio\($p)"])
  else markdown([["others", "other threads"], ["size", "memory"], ["base_to_device", "to the device, ms, base"], ["queue_to_device", "queue"],
    ["to_device_ratios", "ratio"], ["base_back", "back, ms, base"], ["queue_back", "queue"], ["back_ratios", "ratio"],
    ["base_stall", "stall, ms, base"], ["queue_stall", "queue"], ["stall_ratios", "ratio"], ["base_pace", "pace, base"], ["queue_pace", "queue"]]) end
