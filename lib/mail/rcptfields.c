#include "mail/rcptfields.h"
#include "base/ascii.h"
#include "mail/header.h"

int
rcptfields_is(const char *name, size_t n, int resent)
{
	static const char prefix[] = "Resent-";

	if (resent) {
		if (!ascii_begins(name, n, prefix))
			return 0;
		name += sizeof prefix - 1;
		n -= sizeof prefix - 1;
	}
	return ascii_is(name, n, "To") || ascii_is(name, n, "Cc") ||
	    ascii_is(name, n, "Bcc");
}

int
rcptfields_resent(const char *p, size_t n)
{
	const char *end = p + n;
	struct header_field f;

	while (header_field(&p, end, &f))
		if (rcptfields_is(f.name, f.name_len, 1) && !header_silent(&f))
			return 1;
	return 0;
}
