#include "many/listrow.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "mail/addrlist.h"
#include <errno.h>
#include <stdio.h>

int
listrow_campaign(const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '/' || s[i] == ':')
			return 0;
	return n > 0 && n <= LISTROW_CAMPAIGN_MAX && s[0] != '.';
}

/* headings */

static const char *
name_of(const struct listrow_heading *h, unsigned i)
{
	return buf_data(&h->names) + h->at[i];
}

static int
column(const struct listrow_heading *h, const char *name)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		if (strcasecmp(name_of(h, i), name) == 0)
			return (int)i;
	return -1;
}

static const char *
add_name(struct listrow_heading *h, struct slice s)
{
	size_t at = buf_len(&h->names);
	unsigned i;

	s = slice_trim(s);
	if (s.n == 0)
		return "a column has no name";
	if (!utf8_printable(s.p, s.n))
		return "a name of a column is no UTF-8";
	errno = ENOMEM;
	if (buf_put(&h->names, s.p, s.n) == -1 ||
	    buf_putc(&h->names, '\0') == -1)
		return "out of memory";
	errno = 0;
	h->at[h->n++] = at;
	for (i = 0; i + 1 < h->n; i++)
		if (strcmp(name_of(h, i), name_of(h, h->n - 1)) == 0)
			return "two columns have the same name";
	return NULL;
}

const char *
listrow_heading(struct listrow_heading *h, const struct csv *c)
{
	const char *why = NULL;
	struct slice s;
	unsigned i;

	memset(h, 0, sizeof *h);
	errno = 0;
	for (i = 0; why == NULL && i < c->n; i++) {
		s = csv_field(c, i);
		/* spreadsheets put a byte order mark in front */
		if (i == 0 && s.n >= 3 && memcmp(s.p, "\357\273\277", 3) == 0) {
			s.p += 3;
			s.n -= 3;
		}
		why = add_name(h, s);
	}
	if (why != NULL)
		return why;
	h->to = column(h, "to");
	if (h->to == -1)
		h->to = column(h, "email");
	h->name = column(h, "name");
	h->key = column(h, "key");
	return h->to == -1 ? "no column is called to or email" : NULL;
}

void
listrow_free(struct listrow_heading *h)
{
	buf_free(&h->names);
}

/* keys */

/* the address alone, its domain in lower case: two spellings are one */
static int
address_of(const char *s, size_t n, char out[ADDRLIST_ADDRESS_MAX + 1])
{
	const char *p = s;
	long len = addrlist_next(&p, s + n, out);
	char *at;

	if (len <= 0)
		return -1;
	at = strrchr(out, '@');
	if (at != NULL)
		ascii_lower_copy(at, at, strlen(at));
	return 0;
}

static int
make_key(const char *campaign, const char *what, size_t n,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	int len = snprintf(key, LISTROW_KEY_MAX + 1, "%s:%.*s", campaign,
	    (int)n, what);

	*why = n == 0 ? "an empty key" : "the key is too long";
	if (n == 0 || n > LISTROW_KEY_MAX || len > LISTROW_KEY_MAX)
		return -1;
	*why = "a key has no control characters";
	return utf8_printable(what, n) ? 0 : -1;
}

/* the first address of a string, an object or a list is the row's */
static int
key_of_address(const json_t *to, const char *campaign,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	char address[ADDRLIST_ADDRESS_MAX + 1];

	if (json_is_array(to))
		to = json_array_get(to, 0);
	if (json_is_object(to))
		to = json_object_get(to, "address") != NULL
		    ? json_object_get(to, "address")
		    : json_object_get(to, "email");
	*why = "no address";
	if (!json_is_string(to) ||
	    address_of(json_string_value(to), json_string_length(to),
		address) == -1)
		return -1;
	return make_key(campaign, address, strlen(address), key, why);
}

static int
key_of(const json_t *rcpt, const json_t *own, const char *campaign,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	if (own == NULL || json_is_null(own) ||
	    (json_is_string(own) && json_string_length(own) == 0))
		return key_of_address(json_object_get(rcpt, "to"), campaign,
		    key, why);
	*why = "a key that is no string";
	if (!json_is_string(own))
		return -1;
	return make_key(campaign, json_string_value(own),
	    json_string_length(own), key, why);
}

/* rows */

/* {"to": ..., "values": ...}; takes both over */
static json_t *
recipient(json_t *to, json_t *values)
{
	json_t *j = json_object();

	if (json_object_set_new(j, "to", to) == 0 &&
	    json_object_set_new(j, "values", values) == 0)
		return j;
	json_decref(j);
	return NULL;
}

/* the address, with the name in front */
static json_t *
to_of(const json_t *values, const char *to, const char *name)
{
	json_t *address = json_object_get(values, to), *who, *j;

	who = name == NULL ? NULL : json_object_get(values, name);
	if (json_string_length(who) == 0 ||
	    memchr(json_string_value(address), '<',
		json_string_length(address)) != NULL)
		return json_incref(address);
	j = json_object();
	json_object_set(j, "address", address);
	json_object_set(j, "name", who);
	return j;
}

static json_t *
values_of(const struct listrow_heading *h, const struct csv *c)
{
	json_t *values = json_object(), *s;
	struct slice f;
	unsigned i;

	for (i = 0; values != NULL && i < h->n; i++) {
		f = csv_field(c, i);
		s = json_stringn(f.p, f.n);
		if (json_object_set_new_nocheck(values, name_of(h, i), s) ==
		    -1) {
			json_decref(values);
			values = NULL;
		}
	}
	return values;
}

/* the row's own key, which is counted once with the campaign's */
static json_t *
with_key(json_t *rcpt, const json_t *own, const char *campaign,
    char key[LISTROW_KEY_MAX + 1], const char **why)
{
	if (rcpt == NULL) {
		*why = "out of memory";
		return NULL;
	}
	if (key_of(rcpt, own, campaign, key, why) == 0 &&
	    json_object_set_new(rcpt, "key", json_string(key)) == 0)
		return rcpt;
	json_decref(rcpt);
	return NULL;
}

json_t *
listrow_csv(const struct listrow_heading *h, const struct csv *c,
    const char *campaign, char key[LISTROW_KEY_MAX + 1], const char **why)
{
	json_t *values, *own;

	*why = c->n < h->n ? "fewer fields than the heading has"
			   : "more fields than the heading has";
	if (c->n != h->n)
		return NULL;
	values = values_of(h, c);
	*why = "no UTF-8";
	if (values == NULL)
		return NULL;
	own = h->key == -1 ? NULL : json_object_get(values, name_of(h, h->key));
	return with_key(recipient(to_of(values, name_of(h, h->to),
				      h->name == -1 ? NULL
						    : name_of(h, h->name)),
			    values),
	    own, campaign, key, why);
}

json_t *
listrow_json(json_t *row, const char *campaign, char key[LISTROW_KEY_MAX + 1],
    const char **why)
{
	const char *to = "to";
	json_t *rcpt;

	*why = "no object";
	if (!json_is_object(row))
		return NULL;
	if (json_object_get(row, "values") != NULL) {
		rcpt = json_copy(row);
	} else {
		if (json_object_get(row, to) == NULL)
			to = "email";
		*why = "no to, and no email";
		if (json_object_get(row, to) == NULL)
			return NULL;
		rcpt = recipient(json_is_string(json_object_get(row, to))
			? to_of(row, to, "name")
			: json_incref(json_object_get(row, to)),
		    json_incref(row));
	}
	return with_key(rcpt, json_object_get(row, "key"), campaign, key, why);
}
