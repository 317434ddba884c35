#include "run/run.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "queue/headread.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VERIFY_BYTES = 262144 }; /* of one file in a round */

/* not even into memory, should it be seen once more */
static void
refuse(struct run *r, const char *id)
{
	if (buf_put(&r->verify.refused, id, NAME_LEN) == -1)
		die(EXIT_TEMP, "out of memory");
	oldjournal_found(r, id);
}

int
verify_refused(const struct run *r, const char *id)
{
	const char *p = buf_data(&r->verify.refused);
	size_t i;

	for (i = 0; i < buf_len(&r->verify.refused); i += NAME_LEN)
		if (memcmp(p + i, id, NAME_LEN) == 0)
			return 1;
	return 0;
}

void
verify_aside(struct run *r, const char *id, const char *what)
{
	char from[NAME_PATH_LEN + 1], to[NAME_LEN + sizeof "aside/"];

	name_path(from, id);
	snprintf(to, sizeof to, "aside/%.*s", NAME_LEN, id);
	if ((mkdirat(r->qfd, "aside", 0750) == -1 && errno != EEXIST) ||
	    fd_rename(r->qfd, from, to) == -1) {
		warn("%s %s and cannot be set aside: %m; not delivered", from,
		    what);
		refuse(r, id);
		return;
	}
	warn("%s %s; set aside as %s", from, what, to);
}

/* 1 more to read, 0 it may be loaded, -1 it was set aside */
static int
go_on(struct run *r)
{
	int k = sumcheck_more(&r->verify.sum, VERIFY_BYTES);
	struct stat st;

	r->verify.on = k == 1;
	if (k == 1)
		return 1;
	if (k == -1 && errno == EBADMSG) {
		verify_aside(r, r->verify.sum.id,
		    fstat(r->verify.sum.fd, &st) == 0 && st.st_nlink > 1
			? "has a wrong checksum and is another message's file"
			: "has a wrong checksum");
	} else {
		k = 0; /* unreadable: who loads it says so */
	}
	close(r->verify.sum.fd);
	return k;
}

int
verify_begin(struct run *r, const char *id)
{
	char path[NAME_PATH_LEN + 1];
	struct message_head h;
	int fd;

	if (!r->crashed || !r->first_scan)
		return 0;
	name_path(path, id);
	fd = openat(r->qfd, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	/* what has no head or no checksum is for load.c to judge */
	if (headread(fd, &r->heads.read, &h) == -1 ||
	    sumcheck_begin(&r->verify.sum, fd, &h, id) == 0) {
		close(fd);
		return 0;
	}
	return go_on(r);
}

int
verify_more(struct run *r)
{
	return go_on(r);
}

int
verify_now(struct run *r, const char *id)
{
	struct sumcheck sum = r->verify.sum;
	int verifying = r->verify.on, k = verify_begin(r, id);

	while (k == 1)
		k = verify_more(r);
	r->verify.sum = sum;
	r->verify.on = verifying;
	return k;
}
