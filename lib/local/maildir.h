#ifndef LOCAL_MAILDIR_H
#define LOCAL_MAILDIR_H

#include "base/durable.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Maildirs (cr.yp.to/proto/maildir.html): a message is written under a
 * unique name in tmp, synced, and renamed into new, whose directory is
 * synced then.  Several messages are committed together: from
 * DURABLE_ALL_FROM files on, one syncfs does for all of a file system where
 * that is to be trusted, durable.h.
 */
enum {
	MAILDIR_BATCH_MAX = 64, /* messages committed together */
	MAILDIR_READ = 65536,   /* bytes of the file at a time */
	MAILDIR_NAME_MAX = 200
};

/*
 * The Maildir `user` below the directory `base`, made when it is not there
 * and create is set.  tmp, new and cur are made where they are missing: a
 * folder made by hand is a mailbox.  Returns a descriptor of it, or -1 with
 * errno; ENOENT: there is no such mailbox.
 */
int maildir_open(int base, const char *user, int create);

struct maildir_item {
	int dir, fd;
	dev_t dev;
	char name[MAILDIR_NAME_MAX];
	/* internal: synced with others of its file system; it is in new */
	int together, moved;
	int error; /* after the commit: 0, or errno */
	void *arg;
};

struct maildir_batch {
	struct maildir_item item[MAILDIR_BATCH_MAX];
	unsigned n;
	struct durable_known known; /* internal, all zero at first */
};

/* a message: bytes, and behind them a part of a file, of which each NUL
 * becomes a blank */
struct maildir_source {
	const char *before;
	size_t before_len;
	const char *path;
	uint64_t off, len;
};

/*
 * maildir_add - write a message to tmp
 *
 * The descriptor dir now belongs to the batch, which must not be full.
 * NULL with errno, and then nothing of it is left and dir is closed; EIO
 * also when the file is shorter than said.
 */
struct maildir_item *maildir_add(struct maildir_batch *, int dir,
    const struct maildir_source *, int64_t now_us);
/* sync, rename, sync; then each item's error is set, and all is closed.
 * The caller sets n to 0 when it has read them */
void maildir_commit(struct maildir_batch *);

#endif
