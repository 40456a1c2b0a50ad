// SPDX-License-Identifier: GPL-2.0
/*
 * Does to memory all that can be done to it, in several processes and threads at random, and knows what it must hold:
 *	stress [--no-device] [--clean-writes] [--hang SECONDS] [--plant FAULT] [--without OPERATION]... SECONDS SEED [PROCESSES]
 * SEED gives the sequence of operations of each thread, and of settings of the system; how they come together is the
 * scheduler's. --no-device works without the test_hmm driver, and leaves the system's settings alone. --hang is how
 * long one operation may take. --plant does what a bug would do, to see that it is seen: byte, zap, stale, torn, hang.
 * --clean-writes is for a test_hmm that does not mark dirty what it writes: the CPU writes there first.
 * --without leaves out an operation, to see what else there is; "ksm" is all of KSM.
 *
 * What is wrong goes to stderr. The lines on stdout are what was counted so far, as key=value; the last is all
 * of it. Exit status: 0, 1 when something was lost, died or hung, 2 for bad arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
#define OTHER_LOAD	"/usr/bin/stress-ng"
#define LOOK_MS		100	/* how often the processes are looked after */
#define SAY_MS		5000	/* should the machine go down, this much is known */

struct shared *shared;
struct settings settings = { .processes = 4, .hang = 60 };
unsigned int has;

static struct {
	pid_t pid;
	unsigned int lives;
} workers[MOST_PROCESSES];
static pid_t tuner, other_load;
static uint64_t killed;		/* workers that got a signal, but not one of ours */

/* What the kernel has no need to be told to do is done; the rest is said once. */
static void detect(void)
{
	static const struct {
		unsigned int what;
		const char *name;
	} all[] = {
		{ HAS_DEVICE, "device" }, { HAS_TO_SYS, "migration back on demand" },
		{ HAS_EXCLUSIVE, "exclusive access" }, { HAS_EVICT, "children with a device of their own" },
		{ HAS_UFFD_WP, "userfaultfd-wp" },
		{ HAS_SOFT_DIRTY, "soft-dirty" }, { HAS_KSM, "KSM" }, { HAS_THP, "THP" }, { HAS_MTHP, "mTHP" },
		{ HAS_COLLAPSE, "MADV_COLLAPSE" }, { HAS_CGROUP, "memory cgroups" }, { HAS_SWAP, "swap" },
	};
	char line[256] = "";
	unsigned int i;

	if (sysconf(_SC_PAGESIZE) != PAGE)
		die("pages of %ld bytes: it knows those of %lu only", sysconf(_SC_PAGESIZE), PAGE);
	device_detect();
	marks_detect();
	if (!madvise(shared, 0, MADV_COLLAPSE))
		has |= HAS_COLLAPSE;
	if (!settings.no_device)
		system_detect();
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!(has & all[i].what))
			snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s", *line ? ", " : " ",
				 all[i].name);
	if (*line)
		say("lacks:%s", line);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %m");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void start_worker(unsigned int i)
{
	unsigned int life = workers[i].lives++;

	workers[i].pid = start();
	if (workers[i].pid)
		return;
	if (!settings.no_device)
		system_cgroup(i);
	worker(i, life);
}

/* A process of its own: some of these settings take as long as the memory is large. */
static void start_tuner(void)
{
	struct slot *slot = &shared->slot[MOST_PROCESSES - 1][0];
	struct prng rng = prng_of(settings.seed, ~0ULL, 0, 0);

	*slot = (struct slot){ .doing = "settings of the system", .since_ms = now_ms(), .live = true };
	tuner = start();
	if (tuner)
		return;
	while (!stopped()) {
		system_tune(&rng);
		slot->since_ms = now_ms();
		usleep(20000 + pick(&rng, 300) * 1000);
	}
	_exit(0);
}

/* What it does, and whether it gets anywhere, is of no interest: it is load. */
static void start_other_load(void)
{
	char seconds[32];
	int null;

	if (settings.no_device || access(OTHER_LOAD, X_OK))
		return;
	other_load = start();
	if (other_load)
		return;
	null = open("/dev/null", O_RDWR);
	if (setpgid(0, 0) || null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		_exit(1);
	snprintf(seconds, sizeof(seconds), "%u", settings.seconds);
	execl(OTHER_LOAD, "stress-ng", "--temp-path", "/tmp", "--timeout", seconds, "--vm", "1", "--vm-bytes", "64M",
	      "--fork", "1", "--mmap", "1", "--mmap-bytes", "32M", "--madvise", "1", NULL);
	_exit(1);
}

static void ended(pid_t pid, int status)
{
	unsigned int i;

	for (i = 0; i < settings.processes && workers[i].pid != pid; i++)
		;
	if (pid == other_load) {
		other_load = 0;
		if (!stopped())
			say("stress-ng is no more, wait status %#x", status);
		return;
	}
	if (pid != tuner && i == settings.processes)
		return; /* the child of a worker that is no more */
	if (pid == tuner) {
		tuner = 0;
		shared->slot[MOST_PROCESSES - 1][0].live = false;
	} else {
		workers[i].pid = 0;
		count(&shared->ended, 1);
		memset(shared->slot[i], 0, sizeof(shared->slot[i]));
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && ++killed <= system_oom_kills())
		return;
	if (!status || (WIFEXITED(status) && WEXITSTATUS(status) == 3))
		return; /* 3: it has said so itself */
	count(&shared->died, 1);
	if (WIFSIGNALED(status))
		say("died: process %u, signal %d", i, WTERMSIG(status));
	else
		say("died: process %u, exit status %d", i, WEXITSTATUS(status));
}

static bool all_ended(void)
{
	unsigned int i;

	for (i = 0; i < settings.processes; i++)
		if (workers[i].pid)
			return false;
	return !tuner;
}

static bool too_long(const struct slot *slot, uint64_t now)
{
	return now >= __atomic_load_n(&slot->since_ms, __ATOMIC_RELAXED) + settings.hang * 1000ULL;
}

/* Somebody in that process gets on: whoever waits for its locks has bad luck, on a slow machine for long. */
static bool gets_on(unsigned int process, uint64_t now)
{
	unsigned int j;

	for (j = 0; j < THREADS; j++) {
		struct slot *slot = &shared->slot[process][j];

		if (slot->live && !slot->waits && !too_long(slot, now))
			return true;
	}
	return false;
}

/* Who has been at one thing for too long. */
static unsigned int hanging(void)
{
	unsigned int i, j, n = 0;
	uint64_t now = now_ms();

	for (i = 0; i < MOST_PROCESSES; i++) {
		for (j = 0; j < THREADS; j++) {
			struct slot *slot = &shared->slot[i][j];

			if (!slot->live || !too_long(slot, now) || (slot->waits && gets_on(i, now)))
				continue;
			say("hangs: process %u life %u thread %u, for %llu s in: %s (%p, %u pages)", i,
			    i < settings.processes ? workers[i].lives - 1 : 0, j,
			    (unsigned long long)(now - slot->since_ms) / 1000, slot->doing, slot->at, slot->pages);
			n++;
		}
	}
	return n;
}

/* What hangs is shown on the console: blocked tasks, and what runs on each CPU. */
static void show_blocked(void)
{
	FILE *f = settings.no_device ? NULL : fopen("/proc/sysrq-trigger", "w");

	if (!f)
		return;
	setbuf(f, NULL);
	fputs("w", f);
	fputs("l", f);
	fclose(f);
}

static unsigned int look_after(void)
{
	uint64_t end = now_ms() + settings.seconds * 1000ULL, said = now_ms();
	unsigned int i, hung = 0;
	int status;
	pid_t pid;

	while (!hung && !(stopped() && all_ended())) {
		if (now_ms() >= end)
			__atomic_store_n(&shared->stop, true, __ATOMIC_RELAXED);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			ended(pid, status);
		for (i = 0; i < settings.processes && !stopped(); i++)
			if (!workers[i].pid)
				start_worker(i);
		hung = hanging();
		if (now_ms() >= said + SAY_MS) {
			said = now_ms();
			print_counts(hung);
		}
		usleep(LOOK_MS * 1000);
	}
	if (hung)
		show_blocked();
	if (other_load > 0)
		kill(-other_load, SIGKILL);
	for (i = 0; i < settings.processes; i++)
		if (workers[i].pid)
			kill(workers[i].pid, SIGKILL);
	return hung;
}

int main(int argc, char **argv)
{
	unsigned int hung;

	arguments(argc, argv);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("no memory: %m");
	detect();
	/* Children of workers that ended come to us, and not to whoever started us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!settings.no_device) {
		system_start();
		start_tuner();
		start_other_load();
	}
	hung = look_after();
	print_counts(hung);
	_exit(hung || shared->died || shared->lost_marks || shared->lost_bytes);
}
