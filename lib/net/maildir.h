#ifndef NET_MAILDIR_H
#define NET_MAILDIR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Maildirs (cr.yp.to/proto/maildir.html): a message is written under a
 * unique name in tmp, synced, and renamed into new, whose directory is
 * synced then.  Several messages are committed together: from
 * MAILDIR_SYNCFS files on, one syncfs does for all.
 */
enum {
	MAILDIR_USER_MAX = 128,  /* bytes of a mailbox name */
	MAILDIR_BATCH_MAX = 64,  /* messages committed together */
	MAILDIR_SYNCFS = 4,
	MAILDIR_NAME_MAX = 200
};

/* may this be the name of a mailbox?  not empty, not too long, no slash,
 * no dot in front, no control bytes */
int maildir_user_ok(const char *s, size_t n);

/*
 * The Maildir `user` below the directory `base`, made when it is not there
 * and create is set.  Returns a descriptor of it, or -1 with errno; ENOENT:
 * there is no such mailbox.  One that lacks tmp or new is completed with
 * create, else it is ENOTDIR.
 */
int maildir_open(int base, const char *user, int create);

struct maildir_item {
	int dir, fd;
	dev_t dev;
	char name[MAILDIR_NAME_MAX];
	int error; /* after the commit: 0, or errno */
	void *arg;
};

struct maildir_batch {
	struct maildir_item item[MAILDIR_BATCH_MAX];
	unsigned n;
};

/*
 * A new file in tmp.  The descriptor dir now belongs to the batch.  Write
 * the message to item->fd, then commit the batch, or maildir_drop() the
 * item at once (only the one added last).  NULL with errno; dir is closed
 * then.  The batch must not be full.
 */
struct maildir_item *maildir_add(struct maildir_batch *, int dir,
    uint64_t size, int64_t now_us);
void maildir_drop(struct maildir_batch *);
/* sync, rename, sync; then each item's error is set, and all is closed.
 * The caller sets n to 0 when it has read them */
void maildir_commit(struct maildir_batch *);

#endif
