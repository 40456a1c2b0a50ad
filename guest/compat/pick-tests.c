// SPDX-License-Identifier: GPL-2.0
/*
 * hmm-tests with the options -t (run this test) and -T (leave this one out), for
 * trees whose harness takes no options. A name is a test's, without its fixture.
 */
#define main harness_main
#include "hmm-tests.c"
#undef main

static bool picked(const char *name, int argc, char **argv)
{
	bool pick = true;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		bool include = argv[i][1] == 't';

		if (!strcmp(argv[i + 1], name))
			return include;
		if (include)
			pick = false;
	}
	return pick;
}

static bool known(const char *name)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;

	for (f = __fixture_list; f; f = f->next)
		for (t = f->tests; t; t = t->next)
			if (!strcmp(t->name, name))
				return true;
	return false;
}

int main(int argc, char **argv)
{
	struct __fixture_metadata *f;
	struct __test_metadata **link;
	int i;

	for (i = 1; i < argc; i += 2) {
		if ((strcmp(argv[i], "-t") && strcmp(argv[i], "-T")) || i + 1 == argc) {
			fprintf(stderr, "usage: hmm-tests [-t test | -T test]...\n");
			return KSFT_FAIL;
		}
		if (argv[i][1] == 't' && !known(argv[i + 1])) {
			fprintf(stderr, "hmm-tests: no test '%s'\n", argv[i + 1]);
			return KSFT_FAIL;
		}
	}
	/* All that the harness does from here on is to follow "next". */
	for (f = __fixture_list; f; f = f->next) {
		link = &f->tests;
		while (*link) {
			if (picked((*link)->name, argc, argv))
				link = &(*link)->next;
			else
				*link = (*link)->next;
		}
	}
	return harness_main(argc, argv);
}
