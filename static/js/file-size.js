// A file that the hub would refuse for its size is told of when it is chosen, before it is sent.
const MB = 1024 * 1024;

for (const input of document.querySelectorAll('input[type="file"][data-max-bytes]')) {
  const most = Number(input.dataset.maxBytes);
  const message = document.createElement("p");
  message.className = "file-too-large";
  message.id = `${input.id}_size`;
  message.setAttribute("role", "alert");
  input.before(message);
  const described = input.getAttribute("aria-describedby");

  input.addEventListener("change", () => {
    const large = [...input.files].find((file) => file.size > most);
    message.textContent = large
      ? input.dataset.tooLarge
          .replace("{size}", Math.ceil(large.size / MB))
          .replace("{most}", Math.floor(most / MB))
          .replace("{name}", () => large.name)
      : "";
    const both = [described, large && message.id].filter(Boolean).join(" ");
    both ? input.setAttribute("aria-describedby", both) : input.removeAttribute("aria-describedby");
  });
}
