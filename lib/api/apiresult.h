#ifndef API_APIRESULT_H
#define API_APIRESULT_H

#include "api/apiroute.h"
#include "base/buf.h"
#include "format/parcel.h"

/*
 * What became of the messages of a request, and how each call tells it, http-api(7).
 * Pure.
 */
enum {
	APIRESULT_ID_MAX = 40,   /* bytes of a message's id */
	APIRESULT_ESC_MAX = 12,  /* of an enhanced status code */
	APIRESULT_TEXT_MAX = 300 /* of the words of a refusal; more is cut */
};

/* of one message; all zero: not known yet */
struct apiresult {
	unsigned status; /* 202: accepted; else why not */
	unsigned repeated : 1;
	char id[APIRESULT_ID_MAX + 1];
	char esc[APIRESULT_ESC_MAX + 1]; /* or "" */
	char *text;                      /* malloc'ed, or NULL */
};

/* a receipt as a result; 0, or -1 with ENOMEM */
int apiresult_receipt(struct apiresult *, enum receipt_kind, const char *,
    size_t n);
/* a refusal of ours; text may begin with an enhanced status code */
int apiresult_refuse(struct apiresult *, unsigned status, const char *text);
void apiresult_free(struct apiresult *, size_t n);

struct apiresult_said {
	enum apiroute route;
	int batch; /* it asked for a list */
	const struct apiresult *result;
	size_t n;
	/* the recipients of message i, with commas between; as some answers
	 * name them */
	const char *(*rcpt)(void *arg, size_t i);
	void *arg;
};
/*
 * apiresult_say - the content of the answer
 *
 * type  receives its type
 *
 * Returns the status, 0: no memory.
 */
unsigned apiresult_say(struct buf *, const struct apiresult_said *,
    const char **type);

#endif
