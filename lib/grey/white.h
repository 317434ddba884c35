#ifndef GREY_WHITE_H
#define GREY_WHITE_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `grey`, conf(5): whose mail greylisting lets pass, one a line.
 *
 *   client:IP[/BITS]
 *   from:PATTERN    user@domain, @domain, @.domain, user@, <>
 *   to:PATTERN      the same without <>
 *   spf:DOMAIN      when SPF has passed for it or, with a dot before it,
 *                   for what is below it or itself
 *
 * Records: keys "c" with NETWORK/BITS, "f", "t" and "s" with the pattern in
 * lower case, data the number of the line; "4" and "6" with a byte for each
 * length of prefix that there is.
 */
extern const struct conffile conffile_grey;

/* is it listed?  1, 0, or -1 when the table is missing or damaged */
int greywhite_client(const struct lookup *, struct slice ip);
int greywhite_from(const struct lookup *, struct slice from);
int greywhite_to(const struct lookup *, struct slice to);
int greywhite_spf(const struct lookup *, struct slice domain);

#endif
