#!/usr/bin/env bats
# docs/soundness.md and docs/findings.md cite the source by path, line and a token of that line: are they there?

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	# shellcheck disable=SC1091
	. "$top/lab/common.sh"
}

# citations FILE: path, line and token, with tabs between
# shellcheck disable=SC2016 # these backquotes are Markdown
citations() { grep -oP '`\K[A-Za-z0-9_./-]+:[0-9]+ [^`]+(?=`)' "$1" | sed -E 's/^([^:]+):([0-9]+) /\1\t\2\t/'; }

# missing FILE REPO COMMIT: the citations that do not hold
missing() {
	local path line token
	while IFS=$'\t' read -r path line token; do
		git -C "$2" show "$3:$path" 2>/dev/null | sed -n "${line}p" | grep -qF -- "$token" || echo "$path:$line $token"
	done < <(citations "$1")
}

@test "each citation is in the source that queue/7.3/base names" {
	[ -f "$build/source/7.3" ] || skip "7.3 was not fetched yet"
	if grep -q '^version=ksrc-' "$build/source/7.3"; then skip "another source than the cited one: KSRC"; fi
	[ "$(citations "$top/docs/soundness.md" | wc -l)" -gt 100 ]
	for doc in soundness findings; do
		run -0 missing "$top/docs/$doc.md" "$(value "$build/source/7.3" repo)" "$(value "$build/source/7.3" commit)"
		echo "$output"
		[ -z "$output" ]
	done
}

@test "a citation of a line that says something else is found" {
	[ -f "$build/source/7.3" ] || skip "7.3 was not fetched yet"
	# shellcheck disable=SC2016
	printf 'as `mm/migrate_device.c:1 no such token` shows\n' >"$BATS_TEST_TMPDIR/doc"
	run -0 missing "$BATS_TEST_TMPDIR/doc" "$(value "$build/source/7.3" repo)" "$(value "$build/source/7.3" commit)"
	[ "$output" = "mm/migrate_device.c:1 no such token" ]
}
