#ifndef SHIP_SHIPWAIT_H
#define SHIP_SHIPWAIT_H

#include <stdint.h>

/* wait until fd may be read or written (POLLIN, POLLOUT), until until_ms of
 * clock_mono_ms(); 0, or -1 with errno, ETIMEDOUT */
int shipwait(int fd, int events, int64_t until_ms);

#endif
