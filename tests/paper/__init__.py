"""Paper for tests: forms that other programs filled and printed, with ink on them, scanned and photographed.

Nothing here shares code with the readers.  A sheet is filled and printed by LibreOffice, made into pixels
by poppler, written on, and then spoilt by a level and a seed; the same seed gives the same bytes.

    sheet = sheets.filled("confirmation", Language.ZH, {"people": "李娜"}, seed=7)    # LibreOffice
    page = sheet.page(1, dpi=200)                                                     # poppler
    page = ink.sign(page, sheet.box("sig.head"), seed=1)                              # a pen
    page = seals.seal(page, sheet.box("sig.head").centre, "星河科技有限公司", seed=2)
    shot = degrade.degrade(page, Level.PHONE, seed=3)                                 # a photo
    shot.content; shot.place(72.0, 72.0)                                              # bytes, truth

The truth comes with it: `sheet.words` (what was filled in), `sheet.places` (where each control is, from
the bookmarks of the Word file and the ruled cells of its print), `page.marks` (what was drawn where) and
`shot.place` (points of the page to pixels of the picture).

The four levels:

- L1 CLEAN: a good scanner, 300 dpi where the page was rendered so, hardly any skew.
- L2 OFFICE: the multi-function device in the corridor: skew up to 2°, noise, a light blur, JPEG 75.
- L3 PHONE: a photo on a desk: perspective, uneven light, a shadow, JPEG 60, turned by EXIF or in pixels.
- L4 AWFUL: about 120 dpi, little light, blurred, the paper curled; people should be asked, not machines.

Chinese handwriting wants a pen-like font, Debian's `fonts-lxgw-wenkai`; without it a printed font, shaken
more, stands in (`hands.is_handlike`).
"""
