#!/usr/bin/env bats
# lab/suite, and lab/vng as far as it is asked for the same: what the guest is to run. Booting is replaced by a stand-in.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	image=build/image/9.1-x86_64-queue-slim
	mkdir -p "$image/tests" build/guest/x86_64
	printf '%s\0' one two benchmark_thp_migration >"$image/tests/hmm-tests"
	printf 'key=none\n' >"$image/meta"
	touch build/guest/x86_64/init build/guest/x86_64/gcov-dump
	printf '#!/bin/sh\n' | tee lab/boot >bin-make
	chmod +x lab/boot bin-make
	# The guest's programs are there already.
	mkdir bin
	mv bin-make bin/make
	PATH=$box/bin:$PATH
}

hmm_job() { grep -P '^hmm-tests\t' build/boot/9.1-x86_64-queue-slim/jobs | cut -f 4; }

@test "the benchmark is left out on an emulator, unless it is asked for" {
	ACCEL=tcg run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -T benchmark_thp_migration' ]
	ACCEL=kvm run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests' ]
	ACCEL=kvm ICOUNT=0 run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -T benchmark_thp_migration' ]
	# The harness goes by the first option that names a test.
	ACCEL=tcg HMM_TESTS=benchmark_thp_migration run -0 lab/suite
	[[ $(hmm_job) == '/tests/hmm-tests -t benchmark_thp_migration '* ]]
}

@test "only what is named is run" {
	ACCEL=kvm HMM_TESTS='one two' KUNIT_TESTS=none run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -t one -t two' ]
	run ! grep -q '^kunit' build/boot/9.1-x86_64-queue-slim/jobs
	ACCEL=kvm HMM_TESTS=none run -0 lab/suite
	[ "$(cat build/boot/9.1-x86_64-queue-slim/jobs)" = $'kunit\tconsole\t0\t-' ]
}

@test "an image that is not there" {
	rm -r "$image"
	refused 'suite: 9.1-x86_64-queue-slim is not built yet: lab/image comes before lab/suite' lab/suite
}

@test "settings that are none" {
	refused "suite: HMM_TESTS: hmm-tests of 9.1 has no test 'thre'" env HMM_TESTS='one thre' lab/suite
	refused "suite: HMM_TESTS: '.*' is no name of a test" env HMM_TESTS='.*' lab/suite
	refused 'suite: COHERENT=0: it is 1, or not set' env COHERENT=0 lab/suite
	refused 'suite: COHERENT=1 wants ARCH=x86_64: no other has memmap= to set memory aside' env COHERENT=1 ARCH=arm64 lab/suite
	refused 'suite: REUSE=yes: it is 1, or not set' env REUSE=yes lab/suite
	for verb in suite guest run 'stress check'; do
		# shellcheck disable=SC2086 # a verb and its argument
		refused "${verb% *}: SMP=17 is not a number of CPUs from 1 to 16" env SMP=17 lab/$verb
	done
	refused 'run: MEM=lots is not a size like 2G' env MEM=lots lab/run
	refused 'run: ACCEL=fast: there are kvm and tcg' env ACCEL=fast lab/run
}

@test "virtme-ng: tests that are none" {
	mkdir -p build/image/9.1-x86_64-queue-vng
	cp -r "$image"/* build/image/9.1-x86_64-queue-vng/
	refused "vng: HMM_TESTS: hmm-tests of 9.1 has no test 'thre'" env HMM_TESTS='one thre' lab/vng
	refused 'vng: HMM_TESTS=none: hmm-tests is all that runs under virtme-ng' env HMM_TESTS=none lab/vng
}
