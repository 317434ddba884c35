#ifndef MANY_LISTROW_H
#define MANY_LISTROW_H

#include "base/buf.h"
#include "many/csv.h"
#include <jansson.h>

/*
 * A row of a list of recipients as one of mail-json(5), with the key by which
 * it is sent once in a campaign: the campaign's name, a colon, and what the
 * row has as "key", or else the address.
 */
enum {
	LISTROW_CAMPAIGN_MAX = 64, /* bytes of its name */
	LISTROW_KEY_MAX = 255      /* bytes of a key with it */
};

/*
 * The heading of CSV names the values.  Column "to", or else "email", has the
 * address, "name" the name in front of it, and "key" a key; all of them are
 * values, too.
 */
struct listrow_heading {
	unsigned n;
	/* private */
	struct buf names;
	size_t at[CSV_FIELDS_MAX];
	int to, name, key; /* columns, -1: not there */
};

/* the record that was read: NULL, or what is wrong with it, a constant; errno
 * ENOMEM.  listrow_free() in any case */
const char *listrow_heading(struct listrow_heading *, const struct csv *);
void listrow_free(struct listrow_heading *);

/*
 * listrow_csv, listrow_json - the recipient that a record, or an object, is
 *
 * An object with "values" is one already; any other is values, as a record is.
 * The key is taken out of it, and key receives it with the campaign's name.
 *
 * Returns what json_decref() frees, or NULL, and *why is what is wrong, a
 * constant.
 */
json_t *listrow_csv(const struct listrow_heading *, const struct csv *,
    const char *campaign, char key[LISTROW_KEY_MAX + 1], const char **why);
json_t *listrow_json(json_t *row, const char *campaign,
    char key[LISTROW_KEY_MAX + 1], const char **why);

/* may a campaign be called so?  printable ASCII without blanks, slashes and
 * colons */
int listrow_campaign(const char *);

#endif
