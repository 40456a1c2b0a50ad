# Results JSON -> JUnit XML, for CI systems. XML 1.0 has no form for most control characters, so they become '?'.
def esc: tostring | gsub("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"; "?") | @html;
def attr($name; $value): " \($name)=\"\($value | esc)\"";
def seconds: (. // 0) / 1000;
def testcase($class; $body): "    <testcase" + attr("classname"; $class) + attr("name"; .name)
  + (if .duration_ms then attr("time"; .duration_ms | seconds) else "" end) + ">" + $body + "</testcase>";
def failure($reason): "<failure" + attr("message"; $reason) + "/>";
def one($class):
  testcase($class; if .status == "fail" then failure(.reason) elif .status == "skip"
    then "<skipped" + attr("message"; .reason) + "/>" else "" end);
# Beside its tests each program has a case of its own for how it ended.
def suite($class):
  "  <testsuite" + attr("name"; .name) + attr("tests"; (.tests | length) + 1)
    + attr("failures"; .counts.fail + (if .reasons == [] then 0 else 1 end)) + attr("errors"; 0)
    + attr("skipped"; .counts.skip) + attr("time"; .duration_ms | seconds) + ">",
  (.name as $n | .tests[] | one($class + "." + $n)),
  (.reasons as $r | {name: "verdict of \(.name)"} | testcase($class; if $r == [] then "" else failure($r | join("; ")) end)),
  "  </testsuite>";
([.tree, .arch, .variant, .config, .cpu] | map(. // "?") | join(".")) as $class
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
  "<testsuites" + attr("name"; .name) + ">",
  (.programs[] | suite($class)),
  "  <testsuite" + attr("name"; "boot") + attr("tests"; 1) + attr("failures"; if .reasons == [] then 0 else 1 end)
    + attr("errors"; 0) + attr("skipped"; 0) + attr("time"; .boot_ms | seconds) + ">",
  (.reasons as $r | .splats as $s | {name: "verdict"}
   | testcase($class; (if $r == [] then "" else failure($r | join("; ")) end)
       + "<system-out>" + ([$s[] | "\(.line): \(.text)"] | join("\n") | esc) + "</system-out>")),
  "  </testsuite>", "</testsuites>"
