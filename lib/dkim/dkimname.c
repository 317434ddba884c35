#include "dkim/dkimname.h"
#include "base/ascii.h"
#include "conf/word.h"
#include "dns/idn.h"
#include "mail/address.h"
#include <string.h>

static int
domain_byte(char c)
{
	return ascii_alnum(c) || c == '-' || c == '_' || (c & 0x80);
}

int
dkimname_ok(const char *p, size_t n, unsigned labels)
{
	size_t i, len = 0;
	unsigned have = 1;

	for (i = 0; i < n; i++) {
		if (p[i] == '.') {
			if (len == 0)
				return 0;
			have++;
			len = 0;
		} else if (!domain_byte(p[i]) || ++len > 63) {
			return 0;
		}
	}
	return len > 0 && n <= WORD_DOMAIN_MAX && have >= labels;
}

int
dkimname_within(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char a_ascii[WORD_DOMAIN_MAX + 1], b_ascii[WORD_DOMAIN_MAX + 1];
	int r = address_domain_within(a, a_len, b, b_len);

	if (r != 0 || (!idn_needed(a, a_len) && !idn_needed(b, b_len)) ||
	    idn_ascii(a, a_len, a_ascii) == -1 ||
	    idn_ascii(b, b_len, b_ascii) == -1)
		return r;
	return address_domain_within(a_ascii, strlen(a_ascii), b_ascii,
	    strlen(b_ascii));
}

long
dkimname_unquote(const char *p, const char *end, char *out, size_t cap)
{
	size_t n = 0;

	for (; p < end; p++) {
		if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
			continue;
		if (n == cap)
			return -1;
		if (*p == '=' && end - p > 2 && ascii_hex_value(p[1]) >= 0 &&
		    ascii_hex_value(p[2]) >= 0) {
			out[n++] = (char)(ascii_hex_value(p[1]) << 4 |
			    ascii_hex_value(p[2]));
			p += 2;
		} else {
			out[n++] = *p;
		}
	}
	return (long)n;
}
