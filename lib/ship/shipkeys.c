#include "ship/shipkeys.h"
#include "base/num.h"
#include <stdio.h>
#include <string.h>

const struct shipkind *
shipkind_find(const char *name)
{
	const struct shipkind *k;

	for (k = shipkinds; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

/* the place of p[0..n) in "a b c", or -1 */
static int
word_at(const char *words, const char *p, size_t n)
{
	size_t len;
	int i;

	for (i = 0; *words != '\0'; i++) {
		len = strcspn(words, " ");
		if (len == n && memcmp(words, p, n) == 0)
			return i;
		words += len;
		words += *words == ' ';
	}
	return -1;
}

/* one number of a key, in its unit */
static int
scan(const struct shipkey *key, const char *p, size_t n, uint64_t *v)
{
	static const char units[] = "kMG";
	const char *u;
	unsigned shift = 0;

	if (key->type == SHIPKEY_SIZE && n > 1 &&
	    (u = memchr(units, p[n - 1], sizeof units - 1)) != NULL) {
		shift = 10 * (unsigned)(u - units + 1);
		n--;
	}
	if (key->type == SHIPKEY_NUMBER || key->type == SHIPKEY_SIZE) {
		if (num_scan(p, n, 0, key->max >> shift, v) == -1)
			return -1;
		*v <<= shift;
	} else if (n > 2 && memcmp(p + n - 2, "ms", 2) == 0) {
		if (num_scan(p, n - 2, 0, key->max, v) == -1)
			return -1;
	} else {
		if (num_scan_duration(p, n, key->max / 1000, v) == -1)
			return -1;
		*v *= 1000;
	}
	return *v < key->min || *v > key->max ? -1 : 0;
}

static int
scan_range(const struct shipkey *key, const char *p, uint64_t v[2])
{
	const char *dots = strstr(p, "..");

	if (dots == NULL || scan(key, p, (size_t)(dots - p), &v[0]) == -1 ||
	    scan(key, dots + 2, strlen(dots + 2), &v[1]) == -1)
		return -1;
	return v[0] > v[1] ? -1 : 0;
}

/* a value as a number; 0, or -1: it is none that this key may have */
static int
value_num(const struct shipkey *key, const char *p, uint64_t v[2])
{
	int i;

	v[0] = v[1] = 0;
	switch (key->type) {
	case SHIPKEY_TEXT: return 0;
	case SHIPKEY_FILE: return p[0] == '\0' ? -1 : 0;
	case SHIPKEY_RANGE: return scan_range(key, p, v);
	case SHIPKEY_FLAG:
	case SHIPKEY_CHOICE:
		i = word_at(key->type == SHIPKEY_FLAG ? "no yes" : key->words,
		    p, strlen(p));
		v[0] = (uint64_t)i;
		return i == -1 ? -1 : 0;
	default: return scan(key, p, strlen(p), v);
	}
}

/* bytes that stand in no word of a line */
static int
has_control(const char *p)
{
	for (; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return 1;
	return 0;
}

static int
wrong(struct shipkeys *k, const char *what, size_t n, const char *text)
{
	if (n > 40)
		n = 40;
	snprintf(k->why, sizeof k->why, "%.*s%s%s", (int)n, what,
	    n == 0 ? "" : ": ", text);
	return -1;
}

static void
all_keys(struct shipkeys *k)
{
	const struct shipkey *const *group, *key;

	for (group = k->kind->keys; *group != NULL; group++)
		for (key = *group; key->name != NULL; key++) {
			k->key[k->n] = key;
			k->value[k->n++] = key->standard;
		}
}

static int
find(const struct shipkeys *k, const char *name, size_t n)
{
	unsigned i;

	for (i = 0; i < k->n; i++)
		if (strlen(k->key[i]->name) == n &&
		    memcmp(k->key[i]->name, name, n) == 0)
			return (int)i;
	return -1;
}

static int
set_word(struct shipkeys *k, const char *word)
{
	size_t n = strcspn(word, "=");
	int i = find(k, word, n);
	const char *value;
	uint64_t v[2];

	if (i == -1)
		return wrong(k, word, n, "no key of this kind");
	if (word[n] == '\0')
		return wrong(k, word, n, "a key without =VALUE");
	value = word + n + 1;
	/* as given: the standard stands there by itself until then */
	if (k->value[i] != k->key[i]->standard)
		return wrong(k, word, n, "stands twice");
	if (strlen(value) > SHIPKEYS_VALUE_MAX)
		return wrong(k, word, n, "its value is too long");
	if (has_control(value) || value_num(k->key[i], value, v) == -1)
		return wrong(k, word, n, "not a value that it may have");
	k->value[i] = value;
	return 0;
}

static int
set_place(struct shipkeys *k, const char *place)
{
	const char *colon = strstr(place, "://");
	size_t n = strlen(place);

	k->place = place;
	if (n == 0 || n > SHIPKEYS_PLACE_MAX || has_control(place))
		return wrong(k, "", 0,
		    "not a place: empty, too long, or "
		    "control bytes");
	k->program = k->kind->program;
	if (k->kind->place != SHIPKEYS_URL)
		return 0;
	if (colon == NULL || colon[3] == '\0' ||
	    word_at(k->kind->schemes, place, (size_t)(colon - place)) == -1)
		return wrong(k, "not a URL of one of these", 40,
		    k->kind->schemes);
	if (strncmp(place, "gelf+", 5) == 0)
		k->program = "ship-syslog";
	return 0;
}

int
shipkeys_parse(struct shipkeys *k, const char *kind, const char *place,
    char *const *word, unsigned n)
{
	unsigned i;

	memset(k, 0, sizeof *k);
	k->kind = shipkind_find(kind);
	if (k->kind == NULL)
		return wrong(k, kind, strlen(kind), "no such kind");
	all_keys(k);
	if (set_place(k, place) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (set_word(k, word[i]) == -1)
			return -1;
	for (i = 0; i < k->n; i++)
		if ((k->key[i]->flags & SHIPKEY_REQUIRED) &&
		    k->value[i] == NULL)
			return wrong(k, k->key[i]->name, 40,
			    "this kind must have it");
	return 0;
}

const char *
shipkeys_text(const struct shipkeys *k, const char *key)
{
	int i = find(k, key, strlen(key));

	return i == -1 ? NULL : k->value[i];
}

int
shipkeys_given(const struct shipkeys *k, const char *key)
{
	int i = find(k, key, strlen(key));

	return i != -1 && k->value[i] != k->key[i]->standard;
}

void
shipkeys_range(const struct shipkeys *k, const char *key, uint64_t *min,
    uint64_t *max)
{
	int i = find(k, key, strlen(key));
	uint64_t v[2] = { 0, 0 };

	if (i != -1 && k->value[i] != NULL)
		value_num(k->key[i], k->value[i], v);
	*min = v[0];
	*max = v[1];
}

uint64_t
shipkeys_num(const struct shipkeys *k, const char *key)
{
	uint64_t v, same;

	shipkeys_range(k, key, &v, &same);
	return v;
}
