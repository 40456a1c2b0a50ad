// SPDX-License-Identifier: GPL-2.0
/* Who else has the memory: their CPUs have its page tables loaded, and so have to be told of each flush. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define WAIT_US		1000

static pid_t children[MOST_OTHERS + 1];
static unsigned int nchildren;

/* Shared with children. */
struct other {
	unsigned int cpu;
	bool there;	/* atomic */
};

unsigned int cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		die("how many CPUs are there? %m");
	return n;
}

void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u: %m", cpu);
}

static void *spin(void *arg)
{
	struct other *other = arg;

	pin(other->cpu);
	__atomic_store_n(&other->there, true, __ATOMIC_RELEASE);
	for (;;)
		;
	return NULL;
}

/* A child that dies with its parent: returns in both, as fork() does. */
static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %m");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	else
		children[nchildren++] = pid;
	return pid;
}

static void wait_for(struct other *other)
{
	while (!__atomic_load_n(&other->there, __ATOMIC_ACQUIRE))
		usleep(WAIT_US);
}

static void start_sleeper(struct other *other)
{
	if (!child()) {
		__atomic_store_n(&other->there, true, __ATOMIC_RELEASE);
		for (;;)
			pause();
	}
	wait_for(other);
	/* It has yet to go to sleep. */
	usleep(WAIT_US);
}

/* Those that are busy spin for as long as the process lives. */
void others_start(const struct layout *layout)
{
	unsigned int i, n = layout->threads + layout->children;
	struct other *others;
	pthread_t thread;

	if (n > MOST_OTHERS || n + 1 > cpus())
		die("%s: %u CPUs are not enough for %u others", layout->name, cpus(), n);
	others = shared_memory((n + 1) * sizeof(others[0]));
	if (layout->sleeper)
		start_sleeper(&others[n]);
	for (i = 0; i < n; i++)
		others[i].cpu = i + 1;
	/* Children first: a fork has only the thread that calls it. */
	for (i = 0; i < layout->children; i++)
		if (!child())
			spin(&others[i]);
	for (; i < n; i++) {
		errno = pthread_create(&thread, NULL, spin, &others[i]);
		if (errno)
			die("no thread: %m");
	}
	for (i = 0; i < n; i++)
		wait_for(&others[i]);
}

/* Their end takes time, and must not be in what is measured next. Threads end with the process. */
void others_stop(void)
{
	while (nchildren) {
		pid_t pid = children[--nchildren];

		if (kill(pid, SIGKILL) || waitpid(pid, NULL, 0) != pid)
			die("child %d: %m", pid);
	}
}
