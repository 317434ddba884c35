#ifndef SHIP_HTTPFORM_H
#define SHIP_HTTPFORM_H

#include "conf/word.h"
#include "http/httpsanswer.h"
#include "ship/batch.h"
#include "ship/httpverdict.h"
#include "ship/labellist.h"
#include "ship/shipkeys.h"
#include "ship/shipmarks.h"

/*
 * The forms in which receivers take events over HTTP: what stands in the body
 * of a request, and what its answer says.  Pure.
 */
enum {
	HTTPFORM_NAME_MAX =
	    255 /* bytes of an index with the time in its name */
};

/* a destination, as far as its form wants it */
struct httpform {
	/* of the user, who keeps it */
	const struct shipkeys *keys;
	const struct httpkind *kind;
	const char *host;    /* this machine's name */
	const char *channel; /* a UUID of this process */
	int64_t now_us;
	/* words of a site that are nobody's business, for the sanitizer; or
	 * NULL */
	const char *hidden;
	/* private */
	struct labellist labels;
	struct buf scratch;
	int64_t index_s;
	char index[HTTPFORM_NAME_MAX + 1];
	/* it does not know all settings that others do */
	unsigned old : 1;
	long ack; /* what the receiver called the last request, -1: nothing */
	void *columns;
};

struct httpkind {
	const char *name;
	const char *path; /* asked for where the URL has no path but / */
	/* and where this key is given; or both NULL */
	const char *other_key, *other_path;
	const char *type; /* Content-Type */
	/* a request for each event */
	unsigned single : 1;
	/* may be NULL: what keys of the kind are checked before the first
	 * batch.  0, or -1 with *why */
	int (*begin)(struct httpform *, const char **why);
	/* may be NULL: what stands behind the URL; 0, or -1 without memory */
	int (*place)(struct httpform *, const struct ship_event *, size_t n,
	    struct buf *);
	/* the body, all of it, or of one event after the other; the other is
	 * NULL.  0, or -1 without memory.  Empty: none of these events is for
	 * this receiver, and they count as taken */
	int (*one)(struct httpform *, const struct ship_event *, struct buf *);
	int (*body)(struct httpform *, const struct ship_event *, size_t n,
	    struct buf *);
	/*
	 * may be NULL: what the answer says beside its status.  *v may be made
	 * another one, and holds for all n events; or marks are set, from..n,
	 * of each, and 1 is returned
	 */
	int (*judge)(struct httpform *, const struct https_answer *,
	    struct httpverdict *v, struct shipmarks *, size_t from, size_t n);
};

extern const struct httpkind httpkind_webhook, httpkind_http, httpkind_elastic,
    httpkind_opensearch, httpkind_loki, httpkind_clickhouse, httpkind_splunk,
    httpkind_gelf, httpkind_influx, httpkind_riak;

/* by the name of the kind; NULL: it is none of these */
const struct httpkind *httpkind_find(const char *name);
/* append the body for n events */
int httpform_body(struct httpform *, const struct ship_event *, size_t n,
    struct buf *);
void httpform_free(struct httpform *);

/* append a name for a URL, percent-encoded (RFC 3986 section 2.1); 0, or -1 */
int httpform_escape(struct buf *, const char *p, size_t n);
/* the same behind "&name=", if there is a value */
int httpform_parameter(struct buf *, const char *name, const char *value);
/* when an event was, microseconds; without a time: now */
int64_t httpform_us(const struct httpform *, const struct ship_event *);
/* its id, EID_LEN digits or fewer */
struct slice httpform_eid(const struct ship_event *);

#endif
