// SPDX-License-Identifier: GPL-2.0
/*
 *	bench shootdowns sizes|cpus|yardsticks	TLB shootdowns of one migration, counted
 *	bench calls CASES			migrations between marks, for lab/count.c to count instructions
 *	bench times ROUNDS			how long they take, and what other threads feel
 * Each line of output is a measurement, as "key=value" pairs. Exit status: 0, 1 when something failed, 2 for bad
 * arguments.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

static const struct {
	const char *name, *usage;
	int (*run)(int argc, char **argv);
} modes[] = {
	{ "shootdowns", "sizes|cpus|yardsticks", shootdowns },
	{ "calls", "plain|yardsticks", calls },
	{ "times", "ROUNDS", times },
};

void die(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "bench: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(1);
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

unsigned long number(const char *text, unsigned long least, unsigned long most)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || n < least || n > most) {
		fprintf(stderr, "bench: %s is not a number from %lu to %lu\n", text, least, most);
		exit(2);
	}
	return n;
}

void *shared_memory(size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		die("no memory: %m");
	return map;
}

void in_process(void (*run)(const struct layout *, void *), const struct layout *layout, void *result)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork: %m");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(layout, result);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid: %m");
	if (WIFSIGNALED(status))
		die("%s: killed by signal %d", layout->name, WTERMSIG(status));
	if (WEXITSTATUS(status))
		exit(1);	/* it has said why */
}

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name))
			continue;
		if (argc != 3) {
			fprintf(stderr, "usage: bench %s %s\n", modes[i].name, modes[i].usage);
			return 2;
		}
		return modes[i].run(argc - 2, argv + 2);
	}
	fprintf(stderr, "usage: bench shootdowns|calls|times ...\n");
	return 2;
}
