#include "sign/dkimnames.h"
#include <string.h>

/*
 * RFC 6376 section 5.4.1, and what mail programs show or act on: the parts
 * of MIME, List-Unsubscribe-Post (RFC 8058 section 4 wants it signed).
 * What relays add when it is missing is not said to be missing.
 */
static const struct listed {
	const char *name;
	enum dkimnames_mode mode;
} listed[] = {
	{ "from", DKIMNAMES_ALWAYS },
	{ "sender", DKIMNAMES_IF_PRESENT },
	{ "reply-to", DKIMNAMES_ALWAYS },
	{ "to", DKIMNAMES_ALWAYS },
	{ "cc", DKIMNAMES_ALWAYS },
	{ "subject", DKIMNAMES_ALWAYS },
	{ "date", DKIMNAMES_IF_PRESENT },
	{ "message-id", DKIMNAMES_IF_PRESENT },
	{ "in-reply-to", DKIMNAMES_IF_PRESENT },
	{ "references", DKIMNAMES_IF_PRESENT },
	{ "mime-version", DKIMNAMES_IF_PRESENT },
	{ "content-type", DKIMNAMES_IF_PRESENT },
	{ "content-transfer-encoding", DKIMNAMES_IF_PRESENT },
	{ "content-disposition", DKIMNAMES_IF_PRESENT },
	{ "content-description", DKIMNAMES_IF_PRESENT },
	{ "content-id", DKIMNAMES_IF_PRESENT },
	{ "content-language", DKIMNAMES_IF_PRESENT },
	{ "content-location", DKIMNAMES_IF_PRESENT },
	{ "resent-date", DKIMNAMES_PLAIN },
	{ "resent-from", DKIMNAMES_PLAIN },
	{ "resent-sender", DKIMNAMES_PLAIN },
	{ "resent-to", DKIMNAMES_PLAIN },
	{ "resent-cc", DKIMNAMES_PLAIN },
	{ "resent-message-id", DKIMNAMES_PLAIN },
	{ "list-id", DKIMNAMES_IF_PRESENT },
	{ "list-help", DKIMNAMES_IF_PRESENT },
	{ "list-unsubscribe", DKIMNAMES_IF_PRESENT },
	{ "list-unsubscribe-post", DKIMNAMES_IF_PRESENT },
	{ "list-subscribe", DKIMNAMES_IF_PRESENT },
	{ "list-post", DKIMNAMES_IF_PRESENT },
	{ "list-owner", DKIMNAMES_IF_PRESENT },
	{ "list-archive", DKIMNAMES_IF_PRESENT },
	{ "feedback-id", DKIMNAMES_IF_PRESENT },
};
enum { LISTED = sizeof listed / sizeof listed[0] };

/* the next name of a list with colons between */
static int
next_name(const char **p, const char **name, size_t *n)
{
	if (**p == '\0')
		return 0;
	*name = *p;
	*n = strcspn(*p, ":");
	*p += *n;
	if (**p == ':')
		++*p;
	return 1;
}

static int
in_list(const char *list, const char *name, size_t n)
{
	const char *one;
	size_t k;

	while (next_name(&list, &one, &k))
		if (k == n && memcmp(one, name, n) == 0)
			return 1;
	return 0;
}

/* does the name at this place of the list stand before it, too?  It is of all
 * fields so called already, and each may be signed once */
static int
repeats(const char *list, const char *name, size_t n)
{
	const char *one;
	size_t k;

	while (next_name(&list, &one, &k) && one != name)
		if (k == n && memcmp(one, name, n) == 0)
			return 1;
	return 0;
}

/* its place in the list, LISTED when it is not there */
static unsigned
place(const char *name, size_t n)
{
	unsigned i;

	for (i = 0; i < LISTED; i++)
		if (strlen(listed[i].name) == n &&
		    memcmp(listed[i].name, name, n) == 0)
			break;
	return i;
}

static enum dkimnames_mode
mode_of(const char *oversign, const char *name, size_t n)
{
	unsigned i;

	if (oversign != NULL)
		return in_list(oversign, name, n) ? DKIMNAMES_ALWAYS
						  : DKIMNAMES_PLAIN;
	i = place(name, n);
	return i < LISTED ? listed[i].mode : DKIMNAMES_PLAIN;
}

/* those that are given, or else ours; 0: no more are wanted */
static int
each_signed(const char *headers, const char *oversign,
    dkimnames_each_name *each, void *arg)
{
	const char *p = headers, *name;
	size_t n;
	unsigned i;

	for (i = 0; headers == NULL && i < LISTED; i++) {
		name = listed[i].name;
		n = strlen(name);
		if (!each(arg, name, n, mode_of(oversign, name, n)))
			return 0;
	}
	while (headers != NULL && next_name(&p, &name, &n))
		if (!repeats(headers, name, n) &&
		    !each(arg, name, n, mode_of(oversign, name, n)))
			return 0;
	return 1;
}

void
dkimnames_each(const char *headers, const char *oversign,
    dkimnames_each_name *each, void *arg)
{
	const char *p = oversign == NULL ? "" : oversign, *name;
	size_t n;

	if (!each_signed(headers, oversign, each, arg))
		return;
	/* names that stand in the list of what is oversigned only */
	while (next_name(&p, &name, &n))
		if (!repeats(oversign, name, n) &&
		    (headers != NULL ? !in_list(headers, name, n)
				     : place(name, n) == LISTED) &&
		    !each(arg, name, n, DKIMNAMES_ALWAYS))
			return;
}
