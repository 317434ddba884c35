#include "mail/tlsrequired.h"
#include "base/ascii.h"
#include "mail/header.h"

static int
is_no(const char *p, size_t n)
{
	while (n > 0 && ascii_white(p[n - 1]))
		n--;
	while (n > 0 && ascii_white(*p)) {
		p++;
		n--;
	}
	return ascii_is(p, n, "No");
}

int
tlsrequired_no(const char *header, size_t n)
{
	const char *p = header, *end = n == 0 ? p : p + n;
	unsigned fields = 0, no = 0;
	struct header_field f;

	while (header_field(&p, end, &f))
		if (header_is(&f, "TLS-Required")) {
			fields++;
			no += is_no(f.value, f.value_len);
		}
	return fields == 1 && no == 1;
}
