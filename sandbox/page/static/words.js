// The page's own words in both languages. What bots and mails say comes from the program.

const WORDS = {
  vi: {
    trial: "THỬ NGHIỆM", title: "Diễn tập KNLT", clock: "Đồng hồ", places: "Bốn nơi",
    "place-phone": "Điện thoại giám đốc", "about-phone": "Quét mã QR, rồi trả lời từng câu",
    "place-group": "Nhóm cán bộ", "about-group": "Duyệt hoặc từ chối ngay trên thẻ",
    "place-desk": "Riêng với cán bộ", "about-desk": "Nhập tài khoản, không ai khác thấy",
    "place-mail": "Hộp thư", "about-mail": "Mã xác nhận và kết quả đến đây",
    "tab-phone": "Điện thoại", "tab-group": "Nhóm", "tab-desk": "Cán bộ", "tab-mail": "Thư",
    "choose-director": "Chọn giám đốc", "choose-officer": "Chọn cán bộ", "choose-mailbox": "Chọn hộp thư",
    "add-director": "Thêm một giám đốc", name: "Họ và tên", add: "Thêm", cancel: "Thôi",
    poster: "Mã QR", trace: "Diễn biến", more: "Thêm", close: "Đóng", ok: "OK",
    "poster-title": "Tờ thông báo có mã QR",
    "poster-hint": "Máy ảnh điện thoại thật không mở được mã này: bot chỉ có trong trang thử nghiệm.",
    "scan-as": "Quét bằng điện thoại của {name}", "download": "Tải {what}", "poster-vi": "tờ A4 tiếng Việt (PDF)",
    "poster-en": "tờ A4 tiếng Anh (PDF)", "qr-png": "mã QR (PNG)", "qr-svg": "mã QR (SVG)", "qr-alt": "Mã QR của {link}",
    "paper-title": "Tờ thông báo khổ A4 như khi in",
    "trace-title": "Điều vừa xảy ra",
    "trace-hint": "Người dùng làm gì thì chương trình nhận một cập nhật (↓); chương trình trả lời bằng lời gọi Bot API (↑). Bấm một dòng để xem nội dung.",
    "trace-empty": "Chưa có gì. Hãy bấm hoặc gõ ở một nơi bất kỳ.",
    "more-title": "Sự cố và cài đặt", "faults-title": "Sự cố giả định",
    "faults-hint": "Bật lên rồi dùng tiếp: không có gì bị mất, mọi thứ tự gửi lại khi tắt sự cố.",
    "fault-mail": "Máy chủ thư ngừng chạy", "fault-flood": "Telegram báo quá nhiều tin (429)", "fault-broken": "Telegram hỏng (502)",
    "fault-mail-about": "Không thư nào gửi đi được.", "fault-flood-about": "Mọi tin của bot bị hoãn 3 giây, lặp lại.", "fault-broken-about": "Mọi tin của bot gặp lỗi máy chủ.",
    "faults-on": "Đang có sự cố giả định: {list}.", "fault-off": "Tắt",
    "page-title": "Trang này", language: "Ngôn ngữ", theme: "Giao diện", "theme-auto": "Theo máy", "theme-light": "Sáng", "theme-dark": "Tối",
    "restart-title": "Bắt đầu lại", "restart-hint": "Xóa mọi cuộc trò chuyện, thư và đăng ký trên trang này.",
    "restart-empty": "Bắt đầu trống", "restart-samples": "Bắt đầu với dữ liệu mẫu",
    preparing: "Đang chuẩn bị…", "preparing-more": "Vài cơ sở mẫu đang đăng ký thật với chương trình, mất khoảng mười giây.",
    "connection-lost": "Mất kết nối với chương trình. Đang nối lại…",
    "jump-hour": "+1 giờ", "jump-morning": "Sáng làm việc tới", "jump-due": "Đến ngày hạn", "jump-expiry": "Qua hạn", "jump-after_tet": "Sau Tết",
    "about-hour": "một giờ nữa", "next-day": "Ngày làm việc tới: {day}", "jump-none": "không có", "jump-today": "hôm nay", "pick-label": "Chọn thời điểm (giờ Hà Nội)", "pick-go": "Chuyển",
    "pick-past": "Đồng hồ chỉ đi tới.", "moved": "Đồng hồ đã chuyển đến {moment}.",
    "lock-title": "Điện thoại của {name}", "lock-words": "Tờ thông báo ở Bộ phận Một cửa có mã QR này. Giám đốc giơ điện thoại lên quét.",
    "lock-scan": "Quét mã QR", "lock-open": "Mở bot không qua mã",
    "desk-title": "{name} chưa mở trò chuyện với bot", "desk-words": "Bot chỉ nhắn riêng được khi cán bộ đã bấm Bắt đầu một lần.",
    start: "BẮT ĐẦU", bot: "bot", "shown-to": "Hiện cho {name}", "you-are": "đang xem với tư cách {name}", message: "Nhắn tin",
    send: "Gửi", attach: "Gửi tệp", commands: "Lệnh của bot", down: "Xuống tin mới nhất",
    block: "Chặn bot", unblock: "Bỏ chặn", blocked: "đã chặn bot", typing: "{name} đang nhập…",
    edited: "đã sửa", reply: "Trả lời", edit: "Sửa", delete: "Xóa", copy: "Chép nội dung", copied: "Đã chép", actions: "Việc với tin nhắn",
    "replying-to": "Trả lời {name}", editing: "Sửa tin nhắn", "cancel-reply": "Bỏ trả lời", older: "Đang tải tin cũ…", empty: "Chưa có tin nhắn",
    "link-outside": "Trang thử nghiệm không mở liên kết ra ngoài: {url}", photo: "Ảnh", "show-spoiler": "Hiện phần bị che", "file-too-big": "Tệp quá 20 MB.",
    "s-new_chat_members": "{names} vào nhóm", "s-left_chat_member": "{names} rời nhóm", "s-migrate_to_chat_id": "Nhóm được nâng cấp", "s-migrate_from_chat_id": "Nhóm được nâng cấp",
    "all-mail": "Tất cả hộp thư", "no-mail": "Chưa có thư nào. Mã xác nhận và kết quả sẽ đến đây.", "mail-text": "Văn bản", "mail-html": "HTML", "mail-headers": "Phần đầu thư",
    "mail-back": "Về danh sách thư", "mail-frame": "Thư dạng HTML", "mail-to": "gửi {to}", "mail-views": "Cách xem thư",
    "k-message": "người nhắn tin", "k-edited_message": "người sửa tin", "k-callback_query": "người bấm nút", "k-my_chat_member": "bot được thêm, chặn hoặc bỏ chặn", "k-chat_member": "thành viên đổi",
    "k-sendMessage": "bot gửi tin", "k-editMessageText": "bot sửa tin tại chỗ", "k-editMessageReplyMarkup": "bot đổi nút", "k-deleteMessage": "bot xóa tin", "k-answerCallbackQuery": "bot đáp cú bấm", "k-sendDocument": "bot gửi tệp", "k-setMyCommands": "bot đặt danh sách lệnh", "k-getFile": "bot lấy tệp", "k-deleteWebhook": "bot tự đến lấy tin", "k-sendChatAction": "bot đang nhập", "k-sendPhoto": "bot gửi ảnh", "k-mail": "thư đã tới",
    failed: "Không làm được: {why}",
  },
  en: {
    trial: "THỬ NGHIỆM · TRIAL", title: "KNLT demo", clock: "Clock", places: "Four places",
    "place-phone": "A director’s phone", "about-phone": "Scan the QR code, answer one question at a time",
    "place-group": "The staff group", "about-group": "Approve or refuse right on the card",
    "place-desk": "Private chat", "about-desk": "The officer alone with the bot: enter the account",
    "place-mail": "Mail inbox", "about-mail": "Codes and results arrive here",
    "tab-phone": "Phone", "tab-group": "Group", "tab-desk": "Officer", "tab-mail": "Mail",
    "choose-director": "Choose a director", "choose-officer": "Choose an officer", "choose-mailbox": "Choose a mailbox",
    "add-director": "Add a director", name: "Full name", add: "Add", cancel: "Cancel",
    poster: "QR code", trace: "Activity", more: "More", close: "Close", ok: "OK",
    "poster-title": "The poster with the QR code",
    "poster-hint": "A real phone’s camera cannot open this code: the bot exists on this page only.",
    "scan-as": "Scan with the phone of {name}", "download": "Download {what}", "poster-vi": "A4 poster, Vietnamese (PDF)",
    "poster-en": "A4 poster, English (PDF)", "qr-png": "QR code (PNG)", "qr-svg": "QR code (SVG)", "qr-alt": "QR code of {link}",
    "paper-title": "The A4 poster as it prints",
    "trace-title": "What just happened",
    "trace-hint": "Whatever people do reaches the program as an update (↓); it answers with Bot API calls (↑). Open a line to see its content.",
    "trace-empty": "Nothing yet. Press or type something in any place.",
    "more-title": "Faults and settings", "faults-title": "Simulated faults",
    "faults-hint": "Switch one on and carry on: nothing gets lost, everything is sent once the fault is off.",
    "fault-mail": "Mail server down", "fault-flood": "Telegram says too many messages (429)", "fault-broken": "Telegram down (502)",
    "fault-mail-about": "No mail can leave.", "fault-flood-about": "Every bot message has to wait 3 seconds, again and again.", "fault-broken-about": "Every bot message gets a server error.",
    "faults-on": "A simulated fault is on: {list}.", "fault-off": "Switch off",
    "page-title": "This page", language: "Language", theme: "Appearance", "theme-auto": "As the system", "theme-light": "Light", "theme-dark": "Dark",
    "restart-title": "Start over", "restart-hint": "Clears all conversations, mails and registrations of this page.",
    "restart-empty": "Start empty", "restart-samples": "Start with samples",
    preparing: "Getting ready…", "preparing-more": "A few sample pharmacies are registering with the real program; this takes about ten seconds.",
    "connection-lost": "The connection to the program is lost. Reconnecting…",
    "jump-hour": "+1 hour", "jump-morning": "Next working morning", "jump-due": "To the due date", "jump-expiry": "Past the due date", "jump-after_tet": "After Tết",
    "about-hour": "an hour later", "next-day": "Next working day: {day}", "jump-none": "none ahead", "jump-today": "today", "pick-label": "Choose a moment (Hanoi time)", "pick-go": "Go",
    "pick-past": "The clock goes forward only.", "moved": "The clock now shows {moment}.",
    "lock-title": "The phone of {name}", "lock-words": "The poster at the reception desk carries this QR code. The director holds up the phone and scans it.",
    "lock-scan": "Scan the QR code", "lock-open": "Open the bot without the code",
    "desk-title": "{name} has not opened the bot yet", "desk-words": "A bot can write to an officer in private only after they pressed Start once.",
    start: "START", bot: "bot", "shown-to": "Shown to {name}", "you-are": "as seen by {name}", message: "Message",
    send: "Send", attach: "Send a file", commands: "Commands of the bot", down: "To the newest message",
    block: "Block bot", unblock: "Unblock", blocked: "bot is blocked", typing: "{name} is typing…",
    edited: "edited", reply: "Reply", edit: "Edit", delete: "Delete", copy: "Copy text", copied: "Copied", actions: "Message actions",
    "replying-to": "Reply to {name}", editing: "Edit the message", "cancel-reply": "Cancel the reply", older: "Loading older messages…", empty: "No messages yet",
    "link-outside": "The demo opens no outside links: {url}", photo: "Photo", "show-spoiler": "Show the hidden words", "file-too-big": "The file is larger than 20 MB.",
    "s-new_chat_members": "{names} joined", "s-left_chat_member": "{names} left", "s-migrate_to_chat_id": "The group was upgraded", "s-migrate_from_chat_id": "The group was upgraded",
    "all-mail": "All mailboxes", "no-mail": "No mail yet. Codes and results will arrive here.", "mail-text": "Text", "mail-html": "HTML", "mail-headers": "Headers",
    "mail-back": "Back to the list", "mail-frame": "The mail as HTML", "mail-to": "to {to}", "mail-views": "Ways to see the mail",
    "k-message": "somebody writes", "k-edited_message": "somebody edits", "k-callback_query": "somebody presses a button", "k-my_chat_member": "bot added, blocked or unblocked", "k-chat_member": "a member changes",
    "k-sendMessage": "bot sends a message", "k-editMessageText": "bot edits in place", "k-editMessageReplyMarkup": "bot changes buttons", "k-deleteMessage": "bot deletes", "k-answerCallbackQuery": "bot answers the press", "k-sendDocument": "bot sends a file", "k-setMyCommands": "bot sets its menu", "k-getFile": "bot fetches a file", "k-deleteWebhook": "bot will fetch by itself", "k-sendChatAction": "bot is typing", "k-sendPhoto": "bot sends a photo", "k-mail": "mail has arrived",
    failed: "That did not work: {why}",
  },
};

let chosen = localStorage.getItem("language") === "en" ? "en" : "vi";

export const language = () => chosen;
export const has = (key) => key in WORDS[chosen];

export function t(key, values = {}) {
  return (WORDS[chosen][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function speak(wanted) {
  chosen = wanted === "en" ? "en" : "vi";
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
  for (const one of document.querySelectorAll("[data-t-title]")) one.title = t(one.dataset.tTitle);
}

const ZONE = "Asia/Ho_Chi_Minh";
const formats = new Map();

// Hanoi time, whatever the browser's own zone is.
export function when(millis, options) {
  const key = chosen + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(chosen === "vi" ? "vi-VN" : "en-GB", { timeZone: ZONE, ...options }));
  }
  return formats.get(key).format(millis);
}

export const time = (millis) => when(millis, { hour: "2-digit", minute: "2-digit", hour12: false });
export const shortDay = (millis) => when(millis, { weekday: "short", day: "2-digit", month: "2-digit" });
export const longDay = (millis) => when(millis, { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
