#include "queue/name.h"
#include <string.h>

static const char digit[] = "0123456789abcdefghijklmnopqrstuv";

enum { TIME_LEN = 11, INJECTOR_LEN = 7, DIR_LEN = 2 };

static int
value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'v')
		return c - 'a' + 10;
	return -1;
}

static void
put(char *out, size_t len, uint64_t u)
{
	while (len > 0) {
		out[--len] = digit[u & 31];
		u >>= 5;
	}
}

static uint64_t
get(const char *s, size_t len)
{
	uint64_t u = 0;
	size_t i;

	for (i = 0; i < len; i++)
		u = u << 5 | (unsigned)value(s[i]);
	return u;
}

void
name_make(char *out, int64_t us, uint64_t injector, unsigned dir)
{
	put(out, TIME_LEN, us);
	put(out + TIME_LEN, INJECTOR_LEN, injector);
	put(out + TIME_LEN + INJECTOR_LEN, DIR_LEN, dir % NAME_DIRS);
	out[NAME_LEN] = '\0';
}

int
name_check(const char *s, size_t n)
{
	size_t i;

	if (n != NAME_LEN)
		return -1;
	for (i = 0; i < n; i++)
		if (value(s[i]) == -1)
			return -1;
	return name_dir(s) < NAME_DIRS ? 0 : -1;
}

int64_t
name_time_us(const char *id)
{
	return get(id, TIME_LEN);
}

unsigned
name_dir(const char *id)
{
	return get(id + TIME_LEN + INJECTOR_LEN, DIR_LEN);
}

void
name_folder(char *out, unsigned dir)
{
	memcpy(out, "mess/", 5);
	put(out + 5, DIR_LEN, dir % NAME_DIRS);
	out[NAME_FOLDER_LEN] = '\0';
}

void
name_path(char *out, const char *id)
{
	memcpy(out, "mess/", 5);
	memcpy(out + 5, id + TIME_LEN + INJECTOR_LEN, DIR_LEN);
	out[NAME_FOLDER_LEN] = '/';
	memcpy(out + NAME_FOLDER_LEN + 1, id, NAME_LEN);
	out[NAME_PATH_LEN] = '\0';
}
