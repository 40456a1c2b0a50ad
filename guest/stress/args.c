// SPDX-License-Identifier: GPL-2.0
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "stress.h"

#define MOST_SECONDS	86400UL

static unsigned long number(const char *what, const char *text, unsigned long least, unsigned long most)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (!*text || *text == '-' || *end || errno || n < least || n > most) {
		say("%s: '%s' is not a number from %lu to %lu", what, text, least, most);
		exit(2);
	}
	return n;
}

static void usage(void)
{
	say("usage: stress [--no-device] [--clean-writes] [--hang SECONDS] [--plant byte|zap|stale|torn|hang] "
	    "[--without OPERATION]... SECONDS SEED [PROCESSES]");
	exit(2);
}

void arguments(int argc, char **argv)
{
	static const struct option options[] = {
		{ "no-device", no_argument, NULL, 'n' },
		{ "clean-writes", no_argument, NULL, 'c' },
		{ "hang", required_argument, NULL, 'h' },
		{ "plant", required_argument, NULL, 'p' },
		{ "without", required_argument, NULL, 'w' },
		{ }
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (c == 'n')
			settings.no_device = true;
		else if (c == 'c')
			settings.clean_writes = true;
		else if (c == 'h')
			settings.hang = number("--hang", optarg, 1, MOST_SECONDS);
		else if (c == 'p' && plant_known(optarg))
			settings.plant = optarg;
		else if (c == 'w' && settings.nwithout < MOST_WITHOUT && op_known(optarg))
			settings.without[settings.nwithout++] = optarg;
		else
			usage();
	}
	argv += optind;
	argc -= optind;
	if (argc < 2 || argc > 3)
		usage();
	settings.seconds = number("SECONDS", argv[0], 1, MOST_SECONDS);
	settings.seed = number("SEED", argv[1], 0, ~0UL);
	if (argc == 3)
		settings.processes = number("PROCESSES", argv[2], 1, MOST_PROCESSES - 1);
}
