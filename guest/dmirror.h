/* SPDX-License-Identifier: GPL-2.0 */
/* The test_hmm driver's ioctls: lib/test_hmm_uapi.h, as it is since v5.19. */
#ifndef LAB_DMIRROR_H
#define LAB_DMIRROR_H

#include <stdint.h>
#include <sys/ioctl.h>

struct dmirror_cmd {
	uint64_t addr, ptr, npages, cpages, faults;
};

/* In 5.10 number 3 is the snapshot, and 4 and more are not there. */
#define DMIRROR(n)		_IOWR('H', n, struct dmirror_cmd)
#define DMIRROR_READ		DMIRROR(0)
#define DMIRROR_WRITE		DMIRROR(1)
#define DMIRROR_TO_DEV		DMIRROR(2)
#define DMIRROR_TO_SYS		DMIRROR(3)
#define DMIRROR_SNAPSHOT	DMIRROR(4)
#define DMIRROR_EXCLUSIVE	DMIRROR(5)
#define DMIRROR_RELEASE		DMIRROR(7)

#endif
