#!/usr/bin/env bats
# lab/selftests: hmm-tests of trees whose harness takes no options (guest/compat/pick-tests.c).

# shellcheck disable=SC2154 # stderr and output come from run
setup() {
	bats_require_minimum_version 1.5.0
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	cd "$BATS_TEST_TMPDIR" || return
	# As little of the harness as the program knows: two fixtures, a name that both have.
	cat >hmm-tests.c <<-'END'
		#include <stdbool.h>
		#include <stdio.h>
		#include <string.h>
		#define KSFT_FAIL 1
		struct __test_metadata { const char *name; struct __test_metadata *next; };
		struct __fixture_metadata { const char *name; struct __test_metadata *tests; struct __fixture_metadata *next; };
		static struct __test_metadata b2 = { "migrate" }, b1 = { "last", &b2 }, a3 = { "fault" }, a2 = { "migrate", &a3 },
			a1 = { "open", &a2 };
		static struct __fixture_metadata b = { "b", &b1 }, a = { "a", &a1, &b }, *__fixture_list = &a;
		int main(int argc, char **argv)
		{
			for (struct __fixture_metadata *f = __fixture_list; f; f = f->next)
				for (struct __test_metadata *t = f->tests; t; t = t->next)
					printf("%s.%s\n", f->name, t->name);
			return 0;
		}
	END
	gcc -Wall -Werror -I. -o tests "$top/guest/compat/pick-tests.c"
}

@test "tests are picked by name, in each fixture" {
	run -0 ./tests -t migrate
	[ "$output" = $'a.migrate\nb.migrate' ]
	run -0 ./tests -t fault -t last
	[ "$output" = $'a.fault\nb.last' ]
}

@test "tests are left out by name, also one that is not there" {
	run -0 ./tests -T migrate -T not_there
	[ "$output" = $'a.open\na.fault\nb.last' ]
	run -0 ./tests -T fault -t fault -t open
	[ "$output" = a.open ]
}

@test "without options all run" {
	run -0 ./tests
	[ "${#lines[@]}" -eq 5 ]
}

@test "a name that no test has, and options that are none, are refused" {
	run -1 --separate-stderr ./tests -t nothing
	[ "$stderr" = "hmm-tests: no test 'nothing'" ]
	run -1 --separate-stderr ./tests -t
	[[ $stderr = usage:* ]]
	run -1 --separate-stderr ./tests migrate open
	[[ $stderr = usage:* ]]
}
