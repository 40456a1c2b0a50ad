// SPDX-License-Identifier: GPL-2.0
/*
 * Has the memory allocations of a migration fail, and of what may happen to memory on a device:
 *	faults [--chance TIMES] [OPERATION...]
 * For each operation, on small pages and on a huge one: the first allocation in it fails, then in another try the
 * second, until there is none left to fail; and TIMES tries (40) in which many fail by chance. An operation may be
 * refused, or done in part. What may not be: other content than before, something that stays behind, a message of the
 * kernel. A line on stdout for each; the last line is the sum. Exit status: 0, 1 when something was lost or leaked, 2 for
 * bad arguments. All is done in a child, so that its memory is gone when leaks are looked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

#define MOST_TRIES	4000	/* an operation has fewer allocations than that */
#define HANGS		60	/* s; a try takes less */

static unsigned int has, chances = 40;
static char *arena;		/* three huge pages */
static const char *doing = "starting";
static unsigned int trying;

static struct {
	unsigned long injected, refused, lost;
} *sum;	/* shared with the child */

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("faults: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "faults: %s, allocation %u: ", doing, trying);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	_exit(1);
}

bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return written;
}

char content(unsigned int page)
{
	return 1 + page % 251;
}

static void set_up(struct scene *s, const struct operation *op, bool huge)
{
	unsigned int i;

	*s = (struct scene){ .addr = arena, .huge = huge, .pages = huge ? HUGE_PAGE / PAGE : SMALL_PAGES };
	if (mmap(arena, 3 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != arena)
		die("no memory: %s", strerror(errno));
	madvise(arena, 3 * HUGE_PAGE, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	for (i = 0; !op->empty && i < s->pages; i++)
		memset(s->addr + i * PAGE, content(i), PAGE);
	s->device = device_open();
	s->other = device_open();
	if (s->device < 0 || s->other < 0)
		die("cannot open the device: %s", strerror(errno));
	if (op->before && op->before(s))
		die("cannot be prepared: %s", strerror(errno));
}

/* Bytes that are not what they were. */
static unsigned long wrong(const struct scene *s, const struct operation *op)
{
	unsigned long i, n = 0;

	for (i = 0; i < s->pages * PAGE; i++) {
		char *p = s->addr + i;

		if (p >= s->hole && p < s->hole + s->gone * PAGE)
			continue;
		n += *p != (op->empty ? 0 : content(i / PAGE));
	}
	return n;
}

static void put_away(struct scene *s)
{
	if (s->child > 0) {
		kill(s->child, SIGKILL);
		waitpid(s->child, NULL, 0);
	}
	if (mmap(arena, 3 * HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != arena)
		die("no memory: %s", strerror(errno));
	close(s->device);
	if (s->other >= 0)
		close(s->other);
}

/* One try. Whether an allocation failed. */
static bool try(const struct operation *op, bool huge, unsigned int nth, unsigned int percent)
{
	struct scene s;
	unsigned long lost;
	bool injected;
	int error;

	alarm(HANGS);
	set_up(&s, op, huge);
	if (nth)
		inject_nth(nth);
	else
		inject_percent(percent);
	error = op->run(&s);
	injected = inject_stop();
	lost = wrong(&s, op);
	if (lost)
		say("lost: %lu bytes in %s, %s, allocation %u (%s)", lost, op->name, huge ? "huge" : "small", nth,
		    error ? strerror(error) : "done");
	put_away(&s);
	alarm(0);
	sum->lost += lost;
	sum->injected += injected;
	sum->refused += error != 0;
	return injected;
}

static void try_all(const struct operation *op, bool huge)
{
	unsigned long refused = sum->refused, lost = sum->lost;
	unsigned int n;
	char name[64];

	snprintf(name, sizeof(name), "%s, %s", op->name, huge ? "huge" : "small");
	doing = name;
	inject_small(!op->vmalloc);
	for (trying = 1; try(op, huge, trying, 0); trying++)
		if (trying == MOST_TRIES)
			die("no end after %u allocations", trying);
	for (n = 0; n < chances; n++)
		try(op, huge, 0, 5 + n % 4 * 15);
	printf("%-23s allocations: %4u  refused: %4lu  lost bytes: %lu\n", name, trying - 1, sum->refused - refused,
	       sum->lost - lost);
	fflush(stdout);
	doing = "between";
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (sig == SIGALRM)
		die("hangs for %d s", HANGS);
	die("signal %d at %p", sig, info->si_addr);
}

static bool wanted(const struct operation *op, char **names)
{
	if (op->needs & ~has)
		return false;
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, op->name))
			return true;
	return false;
}

static void child(char **names)
{
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	const struct operation *op;

	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	arena = mmap(NULL, 4 * HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (arena == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	arena = (char *)(((uintptr_t)arena + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
	inject_start();
	for (op = operations; op->name; op++) {
		if (!wanted(op, names))
			continue;
		try_all(op, false);
		if (has & HAS_HUGE)
			try_all(op, true);
	}
	_exit(0);
}

static char **arguments(char **argv)
{
	const struct operation *op;
	char **name, *end;

	argv++;
	if (*argv && !strcmp(*argv, "--chance")) {
		chances = argv[1] ? strtoul(argv[1], &end, 10) : 0;
		if (!argv[1] || !*argv[1] || *end || chances > 100000) {
			say("--chance wants a number of tries");
			exit(2);
		}
		argv += 2;
	}
	for (name = argv; *name; name++) {
		for (op = operations; op->name && strcmp(op->name, *name); op++)
			;
		if (!op->name) {
			say("no operation '%s'", *name);
			exit(2);
		}
	}
	return argv;
}

int main(int argc, char **argv)
{
	char **names = arguments(argv);
	unsigned long leaked;
	int status, go[2];
	pid_t pid;
	char c;

	(void)argc;
	has = device_detect();
	if (!(has & HAS_RELEASE))
		say("this driver cannot give its memory up: a device page that stays behind is not seen");
	sum = mmap(NULL, sizeof(*sum), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sum == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	/* It is there before: a fork later would have pages of ours copied. */
	if (pipe(go))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		close(go[1]);
		if (read(go[0], &c, 1) != 1)
			_exit(1);
		child(names);
	}
	leaks_before();
	if (pid < 0 || write(go[1], "", 1) != 1 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerror(errno));
	if (has & HAS_RELEASE && device_release())
		die("the device's memory cannot be given up: %s", strerror(errno));
	leaked = leaks_after();
	printf("injected=%lu refused=%lu lost_bytes=%lu leaked=%lu died=%d\n", sum->injected, sum->refused, sum->lost,
	       leaked, status != 0);
	return status || sum->lost || leaked;
}
