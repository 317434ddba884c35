#ifndef BOUNCE_REPORT_H
#define BOUNCE_REPORT_H

#include "bounce/returned.h"
#include "failure/failuretable.h"
#include "format/deliverby.h"
#include "queue/message.h"
#include <stdint.h>

/*
 * A delivery report about a message in the queue: what is to be said is
 * read from its file, and becomes the pieces of a parcel.
 */
enum {
	REPORT_LOOK_MAX = 262144, /* looked at for what kind of mail it is */
	REPORT_ORIGINAL_MAX = 1 << 30
};

enum report_verdict {
	REPORT_MAKE,   /* somebody waits for it */
	REPORT_DROP,   /* nobody to tell */
	REPORT_LOST,   /* it failed to tell who looks after the system */
	REPORT_FORGED, /* the sender is somebody else */
	REPORT_LATER,  /* the file cannot be read now */
	REPORT_MEMORY  /* none left */
};

/* what is asked for; all of it must live as long as the report */
struct report_ask {
	const char *path;
	enum dsn_action action;
	const char *list; /* recipients by number, commas between */
	size_t list_len;
	const char *me;
	const struct lookup *words;    /* the table bounces */
	struct failuretable *failures; /* NULL: classes are not known */
	const char *second;         /* who is told where nobody else can be */
	int to_second;              /* the sender cannot be */
	const char *name;           /* RETURNED_NAME_LEN random characters */
	int64_t now, birth, expire; /* seconds; 0: not known */
	uint64_t original_max;      /* larger originals: header only */
};

struct report {
	const struct report_ask *ask;
	int fd;
	struct buf head;
	struct message_head m;
	char *from, *ret, *envid;
	struct buf kept; /* envelope lines that the report takes over */
	char *start;     /* of the original */
	size_t start_len;
	struct returned out;
	struct dsn_rcpt *rcpt;
	char **text; /* what rcpt points to, three each */
	size_t n, cap;
	char original_id[256];
	struct slice spf, dmarc; /* found at the door; in head */
	struct deliverby by;     /* mode 0: it has no such time */
	unsigned no_memory : 1;
	unsigned inside : 1;     /* one of our own people's messages */
	unsigned requiretls : 1; /* its text is for TLS alone: header only */
};

/* the kinds by name: failed delayed relayed delivered expanded; -1 none */
int report_action(const char *name, size_t n);

/*
 * report_read - find out whom to tell what
 *
 * The structure is overwritten; report_free() it in any case.  *why
 * receives the reason for DROP, LOST and LATER, and for FORGED whose word it
 * is.  Of a failure of mail from the null sender ask->second is told, unless it
 * is such a report itself: LOST; of one from a forged sender he is told where
 * the table says so, else nobody: FORGED, or DROP of anything else.  Nobody is told: the null sender, of anything else; when no
 * recipient's NOTIFY asks for it (without NOTIFY: of failure and delay); of
 * delays of bulk mail.  Who asked for delivery by a time hears what was agreed
 * unless NOTIFY says NEVER (RFC 2852 section 4).
 */
enum report_verdict report_read(struct report *, const struct report_ask *,
    const char **why);

/*
 * report_parcel - envelope, and the message in three pieces
 *
 * Between before and after stand len bytes of the file from off on; len
 * may be 0.  Returns 0, or -1 with ENOMEM.
 */
int report_parcel(struct report *, struct buf *env, struct buf *before,
    uint64_t *off, uint64_t *len, struct buf *after);

/* who gets a copy, wording_copies() */
int report_copies(struct report *, struct buf *addresses);
/* the copy for them, in one piece: addresses as report_copies() has them.  0, or
 * -1 with ENOMEM */
int report_copy(struct report *, const struct buf *addresses, struct buf *env,
    struct buf *text);

void report_free(struct report *);

#endif
