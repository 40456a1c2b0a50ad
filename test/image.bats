#!/usr/bin/env bats
# lab/image: what was asked of the configuration against what came out.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash

# The configuration needs a real kernel's Kconfig: that of the 7.3 source, in the cache that `make run` has filled.
setup() {
	real_cache=${XDG_CACHE_HOME:-$HOME/.cache}
	sandbox
	[ -f "$real/build/source/7.3" ] || skip "7.3 is not fetched; make run does"
	export XDG_CACHE_HOME=$real_cache TREE=7.3
	mkdir -p queue build/source
	# With its patches, for they add config symbols that config/ asks for.
	cp -r "$real/queue/7.3" queue/
	cp "$real/build/source/7.3" build/source/
	lab/tree
}

@test "a config symbol that does not exist is named, with its fragment" {
	echo CONFIG_NO_SUCH_THING=y >>config/base.config
	run -2 --separate-stderr lab/image
	[ "$output" = '' ]
	[[ $stderr == *'image: config/base.config asks for CONFIG_NO_SUCH_THING=y, the kernel'"'"'s configuration has no CONFIG_NO_SUCH_THING'* ]]
	[[ $stderr == *'1 config symbol(s) dropped in 7.3 x86_64: CONFIG_NO_SUCH_THING=y' ]]
	[ ! -e build/image ]
}

@test "a value that a dependency overrules is named" {
	printf '%s\n' CONFIG_TEST_HMM=m CONFIG_MMU=n >>config/7.3.config
	run -2 lab/image
	[[ $output == *'config/7.3.config asks for CONFIG_MMU=n, the kernel'"'"'s configuration has CONFIG_MMU=y'* ]]
	[[ $output == *'asks for CONFIG_TEST_HMM=m'* ]]
}
