// SPDX-License-Identifier: GPL-2.0
/* Children share their parent's pages until somebody writes, and exit in the middle of it. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

/* Collect the thread's child; some are killed wherever they are. */
void child_wait(struct thread *t)
{
	int status;
	pid_t pid;

	if (!t->child)
		return;
	if (one_in(&t->rng, 4))
		kill(t->child, SIGKILL);
	do
		pid = waitpid(t->child, &status, 0);
	while (pid < 0 && errno == EINTR);
	t->child = 0;
	/* SIGKILL is from here, or from a full cgroup; after 3 it has said so itself. */
	if (pid <= 0 || !status || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 3))
		return;
	count(&shared->died, 1);
	say("died: a child of process %u life %u thread %u, wait status %#x", t->process->number,
	    t->process->life, t->number, status);
}

/*
 * Not while somebody counts on soft-dirty bits: at a fork those of pages on the device are dropped, which is
 * meant so (see copy_nonpresent_pte()).
 */
static pid_t start(struct thread *t)
{
	pid_t pid;

	pthread_mutex_lock(&t->process->soft_dirty);
	pid = fork();
	if (pid)
		pthread_mutex_unlock(&t->process->soft_dirty);
	else
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/*
 * No child may outlive the mirrors of its parent: a page on the device points to the mirror that it went there by,
 * and the driver frees that when its file is closed. The lock is kept: nobody forks any more.
 */
void child_end_all(struct process *p)
{
	unsigned int i;
	pid_t pid;

	pthread_mutex_lock(&p->soft_dirty);
	for (i = 0; i < THREADS; i++) {
		pid = __atomic_load_n(&p->thread[i].child, __ATOMIC_ACQUIRE);
		if (pid <= 0)
			continue;
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

/*
 * The child of one thread in a process of many: what others had locked at that moment may be half done, so it looks
 * at its own range only. All it changes is its own, pages and what is known of them.
 */
static void run(struct thread *t, struct range *r)
{
	static struct slot unwatched; /* whoever waits for it is watched */
	unsigned int i, n = 1 + pick(&t->rng, 8);
	struct process *p = t->process;

	t->slot = &unwatched;
	t->child = 0;
	switch (pick(&t->rng, 4)) {
	case 0:
		return;
	case 1: /* with its parent's file: what migrates is its parent's */
		device_to_dev(t, r);
		/* fall through */
	default:
		/* For the same reason: what it has migrated is the parent's, too. */
		if (has & HAS_EVICT)
			device_open(p);
		else
			p->devices[0] = p->devices[1] = -1;
	}
	content_check(t, r, "a child");
	for (i = 0; i < n && !stopped(); i++) {
		struct range part = part_of(&t->rng, r);

		run_op(t, pick_op(&t->rng, child_ops), &part);
	}
	if (one_in(&t->rng, 2))
		content_check(t, r, "a child, at its end");
}

int child_run(struct thread *t, struct range *r, void (*what)(struct thread *t, struct range *r))
{
	pid_t pid;

	child_wait(t);
	pid = start(t);
	if (pid < 0)
		return errno;
	if (!pid) {
		what(t, r);
		_exit(0);
	}
	t->child = pid;
	count(&shared->children, 1);
	return 0;
}

int child_fork(struct thread *t, struct range *r)
{
	return child_run(t, r, run);
}
