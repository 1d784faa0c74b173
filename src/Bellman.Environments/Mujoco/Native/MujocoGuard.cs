using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman.Environments;

/// <summary>
/// Calls MuJoCo so that its errors come back as exceptions. MuJoCo's error handler must not return (the code after an error reads and writes where it must not), and an exception cannot pass through
/// C. What C programs do is to leave the call by <c>longjmp</c>; that needs a frame of machine code below the call, which is made here, some sixty bytes of it.
/// </summary>
internal sealed unsafe partial class MujocoGuard
{
    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    [ThreadStatic]
    private static Frame* current;

    [ThreadStatic]
    private static string? message;

    private readonly delegate* unmanaged<Frame*, void*, nint, nint, nint, nint, nint> enter;

    /// <summary>Puts the code into memory and makes it and the warning handler MuJoCo's.</summary>
    /// <exception cref="MujocoException">The system gives no memory that can be executed.</exception>
    public MujocoGuard(nint library)
    {
        // Calls the function with the four arguments, the stack pointer kept in the frame.
        ReadOnlySpan<byte> entry =
        [
            0x55, 0x53, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57, // push rbp, rbx, r12, r13, r14, r15: what a callee must preserve
            0x48, 0x83, 0xEC, 0x08,                                     // sub rsp, 8: aligned to 16 again
            0x48, 0x89, 0x27,                                           // mov [rdi], rsp
            0x48, 0x89, 0xF0,                                           // mov rax, rsi
            0x48, 0x89, 0xD7,                                           // mov rdi, rdx
            0x48, 0x89, 0xCE,                                           // mov rsi, rcx
            0x4C, 0x89, 0xC2,                                           // mov rdx, r8
            0x4C, 0x89, 0xC9,                                           // mov rcx, r9
            0xFF, 0xD0,                                                 // call rax
        ];
        ReadOnlySpan<byte> leave =
        [
            0x48, 0x83, 0xC4, 0x08,                                     // add rsp, 8
            0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C, 0x5B, 0x5D, // pop r15, r14, r13, r12, rbx, rbp
            0xC3,                                                       // ret
        ];

        // The error handler: asks Record, in managed code, for the frame, and goes back to where the call began.
        ReadOnlySpan<byte> begin = [0x48, 0x83, 0xEC, 0x08, 0x48, 0xB8]; // sub rsp, 8; mov rax, the eight bytes that follow
        ReadOnlySpan<byte> end =
        [
            0xFF, 0xD0,                                                 // call rax
            0x48, 0x8B, 0x20,                                           // mov rsp, [rax]
            0x31, 0xC0,                                                 // xor eax, eax
            0xEB,                                                       // jmp back to leave, by the byte that follows
        ];
        delegate* unmanaged<byte*, Frame*> record = &Record;
        var code = new List<byte>([.. entry, .. leave]);
        var handler = code.Count;
        code.AddRange([.. begin, .. BitConverter.GetBytes((long)record), .. end]);
        code.Add((byte)(sbyte)(entry.Length - (code.Count + 1)));

        var memory = Map(0, (nuint)code.Count, ReadWrite, PrivateAnonymous, -1, 0);
        if (memory is 0 or -1)
        {
            throw new MujocoException("MuJoCo cannot be used here: the system gives no memory for the code that catches its errors.");
        }

        CollectionsMarshal.AsSpan(code).CopyTo(new Span<byte>((void*)memory, code.Count));
        if (Protect(memory, (nuint)code.Count, ReadExecute) != 0)
        {
            throw new MujocoException("MuJoCo cannot be used here: the system does not let code that is made at run time be executed, which catches MuJoCo's errors.");
        }

        enter = (delegate* unmanaged<Frame*, void*, nint, nint, nint, nint, nint>)memory;
        *(nint*)NativeLibrary.GetExport(library, "mju_user_error") = memory + handler;
        *(delegate* unmanaged<byte*, void>*)NativeLibrary.GetExport(library, "mju_user_warning") = &Warn;
    }

    /// <summary>Calls a function of MuJoCo.</summary>
    /// <exception cref="MujocoException">It found an error.</exception>
    public nint Call(void* function, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0)
    {
        Frame frame = default;
        current = &frame;
        var result = enter(&frame, function, first, second, third, fourth);
        current = null;
        if (frame.Failed != 0)
        {
            Throw();
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw()
    {
        var text = message;
        message = null;
        throw new MujocoException($"MuJoCo stopped: {text}");
    }

    // Runs to its end before the jump, so that the runtime sees nothing unusual.
    [UnmanagedCallersOnly]
    private static Frame* Record(byte* text)
    {
        message = Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "an error without a text";
        if (current == null)
        {
            Environment.FailFast($"MuJoCo stopped outside of a guarded call: {message}");
        }

        current->Failed = 1;
        return current;
    }

    // Warnings are counted in mjData, where who wants them reads them. Without a handler MuJoCo would write them to a file in the working folder.
    [UnmanagedCallersOnly]
    private static void Warn(byte* text)
    {
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    // The machine code knows that the stack pointer comes first.
    private struct Frame
    {
        public nint StackPointer;
        public nint Failed;
    }
}
