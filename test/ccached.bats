#!/usr/bin/env bats
# lab/ccached: the compiler through ccache.

# shellcheck disable=SC2154 # stderr and output come from run
setup() {
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache CCACHE_DEPEND=1
	cd "$BATS_TEST_TMPDIR" || return
}

compile() { "$top/lab/ccached" gcc -c -MD -MF "$1.d" -o "$1.o" "$1"; }

@test "an assembler file is assembled anew when the file it takes in has changed" {
	printf '.incbin "kernel.gz"\n' >piggy.S
	printf 'one' >kernel.gz
	compile piggy.S
	grep -q one piggy.S.o
	printf 'two' >kernel.gz # of the same length, so piggy.S is the same
	compile piggy.S
	grep -q two piggy.S.o
}

@test "a C file comes from the cache the second time" {
	printf 'int x;\n' >x.c
	compile x.c
	compile x.c
	ccache --print-stats | grep -qP '^direct_cache_hit\t1$'
}

@test "the compiler's own exit status comes through" {
	printf 'int x\n' >x.c
	run compile x.c
	[ "$status" -eq 1 ]
}

@test "a file with counters is compiled anew, and its notes for gcov are there" {
	printf 'int f(void) { return 1; }\n' >y.c
	for _ in 1 2; do
		"$top/lab/ccached" gcc -fprofile-arcs -ftest-coverage -c -MD -MF y.d -o y.o y.c
		rm y.gcno
	done
	[ "$(ccache --print-stats | grep -cP '^(direct_cache_hit|preprocessed_cache_hit|cache_miss)\t[1-9]')" = 0 ]
}
