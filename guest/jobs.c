// SPDX-License-Identifier: GPL-2.0
/*
 * /jobs: what to run. One line a program, tab separated:
 *	name  kind  time-out in seconds  command line
 * The command line is split at spaces; %20 is a space, %09 a tab, %0A a newline, %25 a percent sign.
 * The kind is for the host's judge.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"

static void unescape(char *s)
{
	static const struct {
		const char *code;
		char c;
	} codes[] = { { "%20", ' ' }, { "%09", '\t' }, { "%0A", '\n' }, { "%25", '%' } };
	char *to = s;
	size_t i;

	while (*s) {
		for (i = 0; i < 4; i++)
			if (!strncmp(s, codes[i].code, 3))
				break;
		*to++ = i < 4 ? codes[i].c : *s;
		s += i < 4 ? 3 : 1;
	}
	*to = '\0';
}

static char **split(char *line)
{
	char **argv = NULL, *word;
	int n = 0;

	for (word = strtok(line, " "); ; word = strtok(NULL, " ")) {
		argv = realloc(argv, (n + 1) * sizeof(*argv));
		if (!argv)
			fail("out of memory");
		argv[n++] = word;
		if (!word)
			return argv;
		unescape(word);
	}
}

static int parse(char *line, struct job *job)
{
	char *rest = line, *timeout, *kind, *end;

	job->name = strsep(&rest, "\t");
	kind = strsep(&rest, "\t");
	timeout = strsep(&rest, "\t");
	if (!rest || !*job->name || !*kind || strpbrk(job->name, " ="))
		return -1;
	job->timeout_ms = strtol(timeout, &end, 10) * 1000;
	if (*end || job->timeout_ms <= 0)
		return -1;
	job->argv = split(rest);
	return job->argv[0] ? 0 : -1;
}

int jobs_read(struct job **jobs)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *f = fopen("/jobs", "re");
	int n = 0;

	*jobs = NULL;
	if (!f)
		fail("/jobs: %m");
	while ((len = getline(&line, &size, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		*jobs = realloc(*jobs, (n + 1) * sizeof(**jobs));
		if (!*jobs)
			fail("out of memory");
		if (parse(line, &(*jobs)[n]) < 0)
			fail("/jobs, line %d: not name, kind, time-out, command", n + 1);
		n++;
		line = NULL;	/* the job's name and arguments point into it */
		size = 0;
	}
	fclose(f);
	return n;
}
