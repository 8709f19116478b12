"""Line icons on a grid of 24, two units thick, drawn for gongfang."""

from collections.abc import Mapping

ICONS: Mapping[str, str] = {
    "home": '<path d="M4 11l8-7 8 7"/><path d="M6 10v10h12V10"/><path d="M10 20v-6h4v6"/>',
    "bag": '<path d="M6 8h12l1.5 12h-15z"/><path d="M9 11V7a3 3 0 0 1 6 0v4"/>',
    "scan": '<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4"/><path d="M7 12h10"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M3 20v-1a6 6 0 0 1 12 0v1"/>'
    '<path d="M16 5a3.5 3.5 0 0 1 0 6.5M21 20v-1a6 6 0 0 0-3.5-5.4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M5 21v-1a7 7 0 0 1 14 0v1"/>',
    "money": '<circle cx="12" cy="12" r="9"/><path d="M8.5 7.5L12 12l3.5-4.5M12 12v5M9 12h6M9 14.8h6"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11"/><path d="M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "arrow": '<path d="M4 12h16M14 6l6 6-6 6"/>',
    "back": '<path d="M20 12H4M10 6l-6 6 6 6"/>',
    "truck": '<path d="M3 6h11v11H3zM14 10h4l3 3.5V17h-7"/><circle cx="7.5" cy="18" r="2"/>'
    '<circle cx="17" cy="18" r="2"/>',
    "box": '<path d="M12 3l8.5 4.5v9L12 21l-8.5-4.5v-9z"/><path d="M3.5 7.5L12 12l8.5-4.5M12 12v9"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "alert": '<path d="M12 4l9.5 16h-19z"/><path d="M12 10v4.5M12 17.3h.01"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.7h.01"/>',
    "speaker": '<path d="M4 9.5h3.5L12 5v14l-4.5-4.5H4z"/>'
    '<path d="M15.5 9a4.5 4.5 0 0 1 0 6M18.3 6.5a8 8 0 0 1 0 11"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/>'
    '<circle cx="9" cy="17" r="2.2"/>',
    "logout": '<path d="M13 4H5v16h8"/><path d="M10 12h11M17.5 8.5L21 12l-3.5 3.5"/>',
    "file": '<path d="M6 3h8l4.5 4.5V21H6z"/><path d="M14 3v5h4.5M9 13h6M9 17h6"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5"/><path d="M4 20h16"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5"/><path d="M4 20h16"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4"/>',
    "needle": '<path d="M20 4L8 16"/><path d="M17.3 5.3l1.4 1.4"/>'
    '<path d="M8 16c-1.5 4.5-6 3.5-4.5.5S11 14 13 20"/>',
    "building": '<path d="M5 21V4h9v17M14 9h5v12M3 21h18"/><path d="M8.5 8h2M8.5 12h2M8.5 16h2"/>',
    "eye": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "eye-off": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/>'
    '<path d="M4 20L20 4"/>',
    "lock": '<path d="M5 11h14v10H5z"/><path d="M8 11V8a4 4 0 0 1 8 0v3M12 15v2.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V3h10v6"/><path d="M7 18H3.5V9h17v9H17"/><path d="M7 14.5h10V21H7z"/>',
    "phone": '<path d="M5 4h4l1.8 4.8-2.3 1.7a12 12 0 0 0 5 5l1.7-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5'
    'C10.6 20 4 13.4 3.5 5.6A1.5 1.5 0 0 1 5 4z"/>',
    "star": '<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z"/>',
    "type": '<path d="M3 19L8.5 5 14 19M5 14.5h7"/><path d="M15.5 19l3-8 3 8M16.5 16.5h4"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "language": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M3 12h18M12 3c3.2 3 4 6 4 9s-.8 6-4 9c-3.2-3-4-6-4-9s.8-6 4-9z"/>',
}
