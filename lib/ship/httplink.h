#ifndef SHIP_HTTPLINK_H
#define SHIP_HTTPLINK_H

#include "http/httpcall.h"
#include "ship/hooksign.h"
#include "ship/httpform.h"
#include "ship/secretfile.h"
#include "ship/shipkeys.h"
#include "ship/tenanttable.h"

/*
 * A destination that is reached over HTTP: batches become requests, and their
 * answers a receipt.
 */
enum {
	HTTPLINK_ANSWER_MAX = 16 << 20, /* bytes of an answer that are read */
	HTTPLINK_FIELDS_MAX = 32,       /* of a header-file */
	HTTPLINK_ACK_MS = 250           /* between two questions for an ack */
};

/* all zero at first, but for keys */
struct httplink {
	const struct shipkeys *keys;
	/* private */
	struct httpform form;
	struct httpcall call;
	struct shipmarks marks, sorted;
	struct secretfile user, token, header, secret, tenants, hidden;
	struct tenanttable table;
	struct ship_event *ev; /* sorted by tenant */
	size_t *index;         /* where each stands in the batch */
	size_t room;
	struct buf url, body, zipped, fields;
	size_t field[HTTPCALL_FIELDS_MAX];
	size_t n_fields;
	struct httpverdict verdict;
	char host[256], channel[40];
	char said[SHIP_TEXT_MAX + 1]; /* the last warning */
};

/* what the keys say is looked at; ends the program where it will not do */
void httplink_begin(struct httplink *);
/* for shiplink.h: a batch */
int httplink_take(void *httplink, const struct ship_event *, size_t n,
    struct buf *receipt);

#endif
