#include "compose/addresses.h"
#include "compose/members.h"
#include "mail/address.h"
#include "mail/addrlist.h"
#include "mime/addrname.h"
#include "mime/phrase.h"
#include <string.h>

enum { FOLD = 78 }; /* RFC 5322 section 2.1.1 */

static size_t
column(const struct buf *b)
{
	const char *p = buf_data(b), *lf = memrchr(p, '\n', buf_len(b));

	return lf == NULL ? buf_len(b) : (size_t)(p + buf_len(b) - lf - 1);
}

/* a blank, or a line end and one where len bytes and a comma have no room
 * behind it */
static int
blank(struct buf *b, size_t len)
{
	return buf_puts(b, column(b) + 1 + len >= FOLD ? "\n " : " ");
}

static int
put_field(struct buf *b, size_t number, struct slice name, struct slice address)
{
	size_t brackets = name.n > 0 ? 2 : 0,
	       together = name.n + address.n + brackets + 1;

	if (number > 0 && buf_putc(b, ',') == -1)
		return -1;
	if (name.n > 0 &&
	    (blank(b, number > 0 ? together : name.n) == -1 ||
		phrase_put(b, name.p, name.n) == -1))
		return -1;
	if (blank(b, number > 0 || name.n > 0 ? address.n + brackets : 0) ==
		-1 ||
	    (brackets && buf_putc(b, '<') == -1) ||
	    address_put(b, address.p, address.n) == -1)
		return -1;
	return brackets ? buf_putc(b, '>') : 0;
}

/* is it local@domain, and nothing else? */
static int
good_address(struct slice s, int *utf8)
{
	struct address_parts a;
	size_t used, i;

	if (s.n == 0 ||
	    address_path(s.p, s.n, ADDRESS_BARE | ADDRESS_UTF8, &a, &used) !=
		ADDRESS_GOOD)
		return 0;
	for (i = 0; i < s.n; i++)
		*utf8 |= s.p[i] & 0x80;
	return used == s.n && a.text == s.p && a.domain != NULL;
}

static int
put_one(struct addresses *a, struct slice name, struct slice address,
    struct compose_fault *f)
{
	char plain[ADDRESS_PATH_MAX];
	int utf8 = 0, r;

	if (!good_address(address, &utf8))
		return composefault_say(f, "no address");
	if (name.n > ADDRESSES_NAME_MAX)
		return composefault_say(f, "a name of more than 255 bytes");
	if (members_control(name))
		return composefault_say(f, "control characters in a name");
	if (a->field != NULL && put_field(a->field, a->n, name, address) == -1)
		return composefault_memory(f);
	address.n = address_plain(address.p, address.n, plain);
	if (a->last != NULL) {
		buf_clear(a->last);
		if (buf_put(a->last, plain, address.n) == -1)
			return composefault_memory(f);
	}
	a->n++;
	a->utf8 |= utf8 != 0;
	if (a->rcpts == NULL)
		return 0;
	r = rcptset_add(a->rcpts, a->env, plain, address.n);
	return r >= 0 ? 0
	    : r == -2 ? composefault_say(f, "more than 10000 recipients")
		      : composefault_memory(f);
}

/* an entry as of a To field, which begins at p */
static int
put_entry(struct addresses *a, const char *p, size_t n, struct slice address,
    struct compose_fault *f)
{
	struct buf name = { 0 };
	struct slice s;
	int r;

	if (addrname_put(&name, p, n, 1) == -1) {
		r = composefault_memory(f);
	} else {
		s.p = buf_len(&name) > 0 ? buf_data(&name) : "";
		s.n = buf_len(&name);
		r = put_one(a, s, address, f);
	}
	buf_free(&name);
	return r;
}

static int
put_list(struct addresses *a, struct slice s, struct compose_fault *f)
{
	const char *p = s.p, *end = p + s.n, *at;
	char one[ADDRLIST_ADDRESS_MAX + 1];
	struct slice address = { one, 0 };
	size_t before = a->n;
	int odd;
	long n;

	for (;;) {
		at = p;
		n = addrlist_next_odd(&p, end, one, &odd);
		if (n == 0)
			break;
		if (n < 0 || (odd & ADDRLIST_ODD))
			return composefault_say(f,
			    n < 0 ? "no address"
				  : "an address that may be read otherwise");
		address.n = (size_t)n;
		if (put_entry(a, at, p - at, address, f) == -1)
			return -1;
	}
	return a->n > before ? 0 : composefault_say(f, "no address");
}

static int
put_string(struct addresses *a, struct slice s, struct compose_fault *f)
{
	static const struct slice nobody = { "", 0 };
	int utf8;

	if (s.n > ADDRESSES_TEXT_MAX)
		return composefault_say(f, "more than 65536 bytes");
	if (members_control(s))
		return composefault_say(f, "control characters");
	return good_address(s, &utf8) ? put_one(a, nobody, s, f)
				      : put_list(a, s, f);
}

static int
put_object(struct addresses *a, const json_t *j, struct compose_fault *f)
{
	static const char *const names[] = { "address", "email", "name" };
	json_t *m[3], *address;

	if (members_read(j, names, 3, m, f) == -1)
		return -1;
	if (m[0] != NULL && m[1] != NULL) {
		composefault_say(f, "stands twice");
		return composefault_in(f, "email");
	}
	address = m[0] != NULL ? m[0] : m[1];
	if (!json_is_string(address)) {
		composefault_say(f, "no address");
		return composefault_in(f, "address");
	}
	if (m[2] != NULL && !json_is_string(m[2])) {
		composefault_say(f, "no string");
		return composefault_in(f, "name");
	}
	return put_one(a, members_slice(m[2]), members_slice(address), f);
}

static int
put_value(struct addresses *a, const json_t *j, struct compose_fault *f)
{
	if (json_is_string(j))
		return put_string(a, members_slice(j), f);
	if (json_is_object(j))
		return put_object(a, j, f);
	return composefault_say(f, "no address");
}

int
addresses_put(struct addresses *a, const json_t *j, struct compose_fault *f)
{
	size_t i, n = json_array_size(j);

	if (!json_is_array(j))
		return put_value(a, j, f);
	for (i = 0; i < n; i++)
		if (put_value(a, json_array_get(j, i), f) == -1)
			return composefault_at(f, i);
	return n > 0 ? 0 : composefault_say(f, "no address");
}
