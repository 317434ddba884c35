#include "milter/milterenv.h"
#include "format/envcheck.h"
#include "format/envlines.h"
#include "mail/address.h"
#include <string.h>
#include <strings.h>

/* without angle brackets and what is around them */
static const char *
bare(const char *s, size_t *n)
{
	const char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (end - s >= 2 && *s == '<' && end[-1] == '>') {
		s++;
		end--;
	}
	*n = (size_t)(end - s);
	return s;
}

/* of a line that parcel(5) lets stand so; 1, 0, -1 */
static int
add_line(struct buf *env, const char *key, const char *value, size_t n)
{
	struct envcheck check = { 0 };
	struct buf b = { 0 };
	struct parcel_line l;
	const char *p;
	int r = -1;

	if (parcel_put(&b, key, value, n) == 0) {
		p = buf_data(&b);
		r = parcel_next(&p, p + buf_len(&b), &l) == 1 &&
		    envcheck_line(&check, &l) == NULL;
		if (r == 1 && buf_put(env, buf_data(&b), buf_len(&b)) == -1)
			r = -1;
	}
	buf_free(&b);
	return r;
}

/* the next line of a recipient, from *p on; 1 or 0 */
static int
next_to(const struct buf *env, const char **p, struct parcel_line *l,
    char address[PARCEL_LINE_MAX], size_t *n)
{
	const char *end = buf_data(env) + buf_len(env);
	long len;

	while (*p < end && parcel_next(p, end, l) == 1) {
		if (!parcel_is(l, "to"))
			continue;
		len = envlines_value(l, address);
		if (len < 0)
			continue;
		*n = parcel_address(address, (size_t)len);
		return 1;
	}
	return 0;
}

static int
is_there(const struct buf *env, const char *a, size_t n)
{
	char one[PARCEL_LINE_MAX];
	struct parcel_line l;
	const char *p = buf_data(env);
	size_t len;

	while (buf_len(env) > 0 && next_to(env, &p, &l, one, &len))
		if (address_compare(one, len, a, n) == 0)
			return 1;
	return 0;
}

size_t
milterenv_count(const struct buf *env)
{
	char one[PARCEL_LINE_MAX];
	struct parcel_line l;
	const char *p = buf_data(env);
	size_t len, count = 0;

	while (buf_len(env) > 0 && next_to(env, &p, &l, one, &len))
		count++;
	return count;
}

int
milterenv_add(struct buf *env, const char *address, const char *args)
{
	struct buf b = { 0 };
	const char *a;
	size_t n;
	int r;

	a = bare(address, &n);
	if (n == 0)
		return 0;
	if (is_there(env, a, n))
		return 1;
	r = buf_put(&b, a, n);
	if (r == 0 && *args != '\0') {
		r = buf_putc(&b, ' ');
		if (r == 0)
			r = buf_puts(&b, args);
		if (r == 0)
			r = add_line(env, "to", buf_data(&b), buf_len(&b));
		buf_free(&b);
		if (r != 0)
			return r;
	}
	buf_free(&b);
	return r == -1 ? -1 : add_line(env, "to", a, n);
}

int
milterenv_delete(struct buf *env, const char *address)
{
	char one[PARCEL_LINE_MAX];
	struct parcel_line l;
	const char *a, *p = buf_data(env);
	size_t n, len, from;
	int found = 0;

	a = bare(address, &n);
	while (buf_len(env) > 0 && next_to(env, &p, &l, one, &len)) {
		if (address_compare(one, len, a, n) != 0)
			continue;
		from = (size_t)(l.key - buf_data(env));
		len = (size_t)(p - l.key);
		memmove(buf_data(env) + from, p, buf_len(env) - from - len);
		env->end -= len;
		p = buf_data(env) + from;
		found = 1;
	}
	return found;
}

/* "NAME=value" among args; NULL: it is not there */
static const char *
find_arg(const char *args, const char *name, size_t *n)
{
	size_t len = strlen(name);

	for (args += strspn(args, " "); *args != '\0';
	     args += *n, args += strspn(args, " ")) {
		*n = strcspn(args, " ");
		if (*n > len && strncasecmp(args, name, len) == 0) {
			*n -= len;
			return args + len;
		}
	}
	return NULL;
}

/* the line with that key, where it may be said so */
static int
set(struct buf *env, const char *key, const char *value, size_t n)
{
	struct buf b = { 0 };
	int r = add_line(&b, key, value, n);

	buf_free(&b);
	return r == 1 && envlines_set(env, key, value, n) == -1 ? -1 : r;
}

int
milterenv_from(struct buf *env, const char *address, const char *args)
{
	const char *a, *ret, *id;
	size_t n, ret_len, id_len;
	int r;

	a = bare(address, &n);
	r = set(env, "from", a, n);
	if (r != 1)
		return r;
	ret = find_arg(args, "RET=", &ret_len);
	if (ret != NULL && set(env, "ret", ret, ret_len) == -1)
		return -1;
	id = find_arg(args, "ENVID=", &id_len);
	if (id != NULL && set(env, "envid", id, id_len) == -1)
		return -1;
	return 1;
}
