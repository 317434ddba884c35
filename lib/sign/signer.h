#ifndef SIGN_SIGNER_H
#define SIGN_SIGNER_H

#include "base/restart.h"
#include "chain/wire.h"
#include "sign/signing.h"
#include <sys/types.h>

/*
 * The client of key-sign(8), in the event loop: signatures are asked for
 * here, and the private keys are there.  Questions are pipelined; all that
 * were asked before the loop waits go in one write.
 *
 * The server is started, or its socket connected to, at the first question,
 * and again after it went away, not more often than every SIGNER_RETRY_MS.
 * What it had not answered then is asked once more, since a signature made
 * twice harms nobody; failing that, it is SIGNER_TEMP.
 */
enum {
	SIGNER_WAIT_MS = 30000, /* without any answer: SIGNER_TEMP for all */
	SIGNER_RETRY_MS = 250
};

enum signer_status {
	SIGNER_OK,   /* text is the signature in base64 */
	SIGNER_TEMP, /* text is the reason, printable */
	SIGNER_PERM  /* the same: no such key, or one of another kind */
};

/*
 * One question.  It belongs to the caller and must stay until done(), which
 * comes exactly once, from the event loop, never from within signer_ask().
 * text has a NUL behind it and is valid during the call.
 */
struct signer_query {
	struct signing_request request;
	void (*done)(void *arg, enum signer_status, const char *text, size_t n);
	void *arg;
	struct signer_node *node; /* internal */
};

/* of signer_setup(); must stay where it is until signer_close() */
struct signer {
	const char *socket, *keydir;
	struct wire wire;
	struct loop_timer wait;
	struct restart restart;
	struct signer_node *first, **last; /* asked or to be, oldest first */
	pid_t pid, old; /* old: has hung up, and has not ended yet */
	unsigned up : 1;
};

/*
 * Where the keys are; before the first question, the strings must stay.
 *
 * socket  path of a Unix socket that serves key-sign, or NULL
 * keydir  else: the folder for which key-sign is started, found by PATH
 */
void signer_setup(struct signer *, const char *socket, const char *keydir);
void signer_ask(struct signer *, struct signer_query *);
/* no answer is wanted any more; the query may be freed at once */
void signer_cancel(struct signer_query *);
/* hang up; nothing may be asked any more and nothing is owed */
void signer_close(struct signer *);

#endif
