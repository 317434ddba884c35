#include "queue/select.h"
#include "queue/name.h"
#include "queue/store.h"
#include <string.h>
#include <strings.h>

static const char *const words[] = { "id:", "from:", "to:", "domain:",
	"state:" };

static int
state_exists(const char *s)
{
	static const char all[] = "QHSBXK";
	const char *p;

	for (p = all; *p != '\0'; p++)
		if (strcmp(s, store_state_name(*p)) == 0)
			return 1;
	return 0;
}

int
select_add(struct select_list *l, const char *word)
{
	unsigned i;
	size_t n;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		n = strlen(words[i]);
		if (strncmp(word, words[i], n) == 0)
			break;
	}
	if (i == sizeof words / sizeof words[0] || l->n == SELECT_MAX)
		return -1;
	word += n;
	if ((i == SELECT_STATE && !state_exists(word)) ||
	    (i == SELECT_ID && name_check(word, strlen(word)) == -1))
		return -1;
	l->by[l->n].what = i;
	l->by[l->n].value = word;
	l->by[l->n++].len = strlen(word);
	return 0;
}

int
select_has_state(const struct select_list *l)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->by[i].what == SELECT_STATE)
			return 1;
	return 0;
}

static int
equal(const struct select_by *b, const char *p, size_t n)
{
	return n == b->len && strncasecmp(p, b->value, n) == 0;
}

static int
in_domain(const struct select_by *b, const char *p, size_t n)
{
	const char *at = memrchr(p, '@', n), *end = p + n;

	if (at == NULL)
		return b->len == 0;
	at++;
	if (b->len == 0 || b->value[0] != '.')
		return equal(b, at, end - at);
	if ((size_t)(end - at) == b->len - 1)
		return strncasecmp(at, b->value + 1, b->len - 1) == 0;
	return (size_t)(end - at) >= b->len &&
	    strncasecmp(end - b->len, b->value, b->len) == 0;
}

static int
agrees(const struct select_by *b, const char *id, const char *from,
    size_t from_len, const struct message_rcpt *r, enum message_state state)
{
	switch (b->what) {
	case SELECT_ID:
		return memcmp(id, b->value, NAME_LEN) == 0;
	case SELECT_FROM:
		return equal(b, from, from_len);
	case SELECT_TO:
		return equal(b, r->address, r->address_len);
	case SELECT_DOMAIN:
		return in_domain(b, r->address, r->address_len);
	default:
		return strcmp(b->value, store_state_name(state)) == 0;
	}
}

int
select_match(const struct select_list *l, const char *id, const char *from,
    size_t from_len, const struct message_rcpt *r, enum message_state state)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (!agrees(&l->by[i], id, from, from_len, r, state))
			return 0;
	return 1;
}
