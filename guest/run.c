// SPDX-License-Identifier: GPL-2.0
/* Runs one program to its end, or to the end of its time, and leaves nothing of it behind. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

#define GRACE_MS	10000	/* how long a killed program may take to go */
#define NO_CHILDREN	(-1)

/* One running program. The pipes are read by us, so that what it wrote can be told from what others wrote. */
struct run {
	pid_t pid;
	int pipe_out, pipe_err;
	bool exited;
	int wstatus;
	long long end_ms;
};

static void on_child(int sig)
{
	(void)sig;	/* only there to interrupt ppoll() */
}

void run_prepare(void)
{
	struct sigaction act = { .sa_handler = on_child };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGCHLD, &act, NULL);
}

static void child(const struct job *job, int out, int err)
{
	sigset_t none;
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 || chdir("/tmp") < 0)
		_exit(126);
	execv(job->argv[0], job->argv);
	dprintf(2, "lab: cannot run %s: %s\n", job->argv[0], strerror(errno));
	_exit(127);
}

static void start(const struct job *job, struct run *run)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		fail("pipe: %m");
	run->pid = fork();
	if (run->pid < 0)
		fail("fork: %m");
	if (!run->pid)
		child(job, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	run->pipe_out = out[0];
	run->pipe_err = err[0];
}

/* When which byte of stdout came: from this the host knows how long each test took. */
static void note_time(void)
{
	char line[64];

	port_write(&port_times, line, snprintf(line, sizeof(line), "%llu %lld\n",
					       port_stdout.bytes, now_ms()));
}

/* One buffer of output, if there is any; the pipe's fd becomes -1 at its end. */
static void pump(int *fd, short events, struct port *port)
{
	static char buf[65536];
	ssize_t n;

	if (!(events & (POLLIN | POLLHUP | POLLERR)))
		return;
	n = read(*fd, buf, sizeof(buf));
	if (n > 0) {
		port_write(port, buf, n);
		if (port == &port_stdout)
			note_time();
	} else if (n == 0) {
		close(*fd);
		*fd = -1;
	} else if (errno != EINTR) {
		fail("read from a program: %m");
	}
}

/* Waits until something happens, for at most wait_ms; says whether any output came. */
static int pump_once(struct run *run, long long wait_ms)
{
	struct pollfd fds[] = {
		{ .fd = run->pipe_out, .events = POLLIN },
		{ .fd = run->pipe_err, .events = POLLIN },
	};
	struct timespec wait = { wait_ms / 1000, wait_ms % 1000 * 1000000 };
	sigset_t none;
	int n;

	sigemptyset(&none);
	n = ppoll(fds, 2, &wait, &none);	/* SIGCHLD is let in here, and only here */
	if (n > 0) {
		pump(&run->pipe_out, fds[0].revents, &port_stdout);
		pump(&run->pipe_err, fds[1].revents, &port_stderr);
	}
	return n;
}

/* Everything that ended: the program, and orphans, which are ours as we are PID 1. */
static int reap(struct run *run)
{
	int wstatus;
	pid_t pid;

	while ((pid = waitpid(-1, &wstatus, WNOHANG)) > 0) {
		if (pid == run->pid) {
			run->exited = true;
			run->wstatus = wstatus;
			run->end_ms = now_ms();
		}
	}
	return pid < 0 ? NO_CHILDREN : 0;
}

/* The program ended or its time is over: kill what is left. False: something cannot be killed. */
static bool clean_up(struct run *run)
{
	long long deadline = now_ms() + GRACE_MS;
	int left;

	for (;;) {
		left = reap(run);
		/* What could not be killed stays our child, and is not the next program's fault. */
		if ((left == NO_CHILDREN || (stuck && run->exited)) && run->pipe_out < 0 && run->pipe_err < 0)
			return true;
		if (now_ms() >= deadline) {
			stuck = true;
			return false;
		}
		if (left != NO_CHILDREN)
			kill(-1, SIGKILL);
		pump_once(run, 20);
	}
}

void run_job(int n, const struct job *job)
{
	unsigned long long out = port_stdout.bytes, err = port_stderr.bytes;
	struct run run = { .wstatus = 0 };
	long long begin, left;
	bool timeout = false, killed;
	int status = -1, sig = 0;

	record("start n=%d name=%s", n, job->name);
	say("start n=%d name=%s", n, job->name);
	begin = now_ms();
	start(job, &run);
	while (reap(&run), !run.exited && !timeout) {
		left = begin + job->timeout_ms - now_ms();
		if (left > 0)
			pump_once(&run, left);
		else
			timeout = true;
	}
	if (timeout)
		run.end_ms = now_ms();
	kill(-run.pid, SIGKILL);
	killed = clean_up(&run);
	if (!killed) {
		say("something of %s cannot be killed", job->name);
		sysrq("wl");	/* where it is stuck: blocked tasks, and what runs on each CPU */
		if (run.pipe_out >= 0)
			close(run.pipe_out);
		if (run.pipe_err >= 0)
			close(run.pipe_err);
	}
	if (run.exited && WIFEXITED(run.wstatus))
		status = WEXITSTATUS(run.wstatus);
	else if (run.exited)
		sig = WTERMSIG(run.wstatus);
	say("exit n=%d name=%s status=%d signal=%d timeout=%d", n, job->name, status, sig, timeout);
	record("exit n=%d name=%s status=%d signal=%d timeout=%d ms=%lld stdout=%llu+%llu stderr=%llu+%llu%s",
	       n, job->name, status, sig, timeout, run.end_ms - begin,
	       out, port_stdout.bytes - out, err, port_stderr.bytes - err, killed ? "" : " killed=0");
}
